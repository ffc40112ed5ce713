import { request, type ClientRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { until } from './instances.js';
import type { TestService } from './service.js';

export interface StreamOptions {
  readonly lastEventId?: string | undefined;
  readonly token?: string;
  /** In place of a token. */
  readonly cookie?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A client of `GET /memory/stream`. */
export class EventStream {
  readonly events: EventSourceMessage[] = [];
  readonly comments: string[] = [];
  readonly retries: number[] = [];
  /** As it came over the line. */
  text = '';
  /** How many pieces it came in. */
  pieces = 0;
  isClosed = false;

  private constructor(
    private readonly sent: ClientRequest,
    private readonly answer: IncomingMessage,
  ) {
    const parser = createParser({
      onEvent: (event) => this.events.push(event),
      onComment: (comment) => this.comments.push(comment),
      onRetry: (retry) => this.retries.push(retry),
    });
    answer.setEncoding('utf8').on('data', (text: string) => {
      this.pieces++;
      this.text += text;
      parser.feed(text);
    });
    answer.on('error', () => undefined);
    answer.on('close', () => {
      this.isClosed = true;
    });
  }

  /** Opens a stream, or fails with the status where there is none. */
  static open(
    { url, token }: Pick<TestService, 'url' | 'token'>,
    query = '',
    options: StreamOptions = {},
  ): Promise<EventStream> {
    const headers = {
      ...(options.cookie === undefined
        ? { authorization: `Bearer ${options.token ?? token}` }
        : { cookie: options.cookie }),
      ...(options.lastEventId !== undefined && { 'last-event-id': options.lastEventId }),
      ...options.headers,
    };
    return new Promise((resolve, reject) => {
      const sent = request(`${url}/api/memory/stream${query}`, { headers, agent: false }, (answer) => {
        resolve(new EventStream(sent, answer));
      });
      sent.on('error', reject).end();
    });
  }

  get status(): number {
    return this.answer.statusCode ?? 0;
  }

  get headers(): IncomingHttpHeaders {
    return this.answer.headers;
  }

  get types(): (string | undefined)[] {
    return this.events.map(({ event }) => event);
  }

  /** The data of all events that are no resync. */
  get rows(): { id: number; [name: string]: unknown }[] {
    return this.events
      .filter(({ event }) => event !== 'resync')
      .map(({ data }) => JSON.parse(data) as { id: number });
  }

  /** Waits until there are so many events. */
  async until(count: number): Promise<EventSourceMessage[]> {
    await until(() => this.events.length >= count);
    return this.events;
  }

  closed(): Promise<void> {
    return until(() => this.isClosed);
  }

  /** Stops reading, so that the line fills. */
  pause(): void {
    this.answer.pause();
    this.answer.socket.pause();
  }

  resume(): void {
    this.answer.resume();
    this.answer.socket.resume();
  }

  /** Cuts the line. */
  cut(): void {
    this.sent.destroy();
  }
}
