import { request, type ClientRequest, type IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { createParser, type EventSourceMessage } from 'eventsource-parser';

/** A change as a client got it. */
export interface Heard {
  readonly id: string;
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}

interface Options {
  /** Which of the services it goes to next. */
  readonly where: () => string;
  readonly key: string;
  /** The place from which it follows the changes. */
  readonly start: string;
  /** How often it is cut off before it has had so many changes. */
  readonly cuts: number;
  readonly changes: number;
  readonly random: () => number;
}

/** When the line is cut: before the answer, or after so many changes of it. */
type Cut = 'before the answer' | number;

const PAUSE_MS = 20;
/** Says that lines of before are not yet known to be closed, or that the database is not yet there. */
const COME_AGAIN = 503;

/** A client of the stream whose line is cut again and again; it goes on after the last change that it has. */
export class CutListener {
  readonly heard: Heard[] = [];
  cuts = 0;

  constructor(private readonly options: Options) {}

  /** Until it is over. @throws Error where it is answered in a way that it may not be. */
  async follow(over: AbortSignal): Promise<void> {
    while (!over.aborted) {
      const wasCut = await this.listen(this.nextCut(), over);
      if (wasCut) this.cuts++;
      else await sleep(PAUSE_MS);
    }
  }

  /** The cuts are spread over all changes, whatever came of those before; each is due while there is more to hear. */
  private nextCut(): Cut {
    const { cuts, changes, random } = this.options;
    if (this.cuts >= cuts) return Infinity;
    const left = Math.max(0, changes - this.heard.length);
    const mean = left / (cuts - this.cuts);
    const after = Math.min(left, Math.floor(random() * (2 * mean + 1)));
    return after === 0 && random() < 0.5 ? 'before the answer' : after;
  }

  /** One connection. @returns whether it was cut as planned; otherwise the service ended it, or was not there. */
  private listen(cut: Cut, over: AbortSignal): Promise<boolean> {
    const sent = this.ask();
    return new Promise((resolve, reject) => {
      let isCut = false;
      const cutOff = (): void => {
        isCut = true;
        this.end(sent);
      };
      const onOver = (): void => {
        sent.destroy();
      };
      over.addEventListener('abort', onOver);
      if (cut === 'before the answer') sent.once('socket', (socket) => socket.once('connect', cutOff));
      sent.once('response', (answer) => {
        const { statusCode } = answer;
        if (statusCode !== 200 && statusCode !== COME_AGAIN) {
          sent.destroy();
          reject(new Error(`A stream was answered with ${statusCode}.`));
        } else if (statusCode === 200 && !isCut) {
          this.take(answer, cut, cutOff, () => isCut);
        } else answer.resume();
      });
      sent.on('error', () => undefined);
      sent.once('close', () => {
        over.removeEventListener('abort', onOver);
        resolve(isCut);
      });
    });
  }

  private ask(): ClientRequest {
    const { where, key, start, random } = this.options;
    const last = this.heard.at(-1)?.id;
    const isByHeader = last !== undefined && random() < 0.7;
    const query = isByHeader ? '' : `?after=${last ?? start}`;
    const headers = { 'x-api-key': key, ...(isByHeader && { 'last-event-id': last }) };
    return request(`${where()}/api/memory/stream${query}`, { headers, agent: false }).end();
  }

  private take(answer: IncomingMessage, cut: Cut, cutOff: () => void, isCut: () => boolean): void {
    let left = Number(cut);
    if (left === 0) cutOff();
    const parser = createParser({
      onEvent: (event) => {
        // What had arrived together with the last change is lost with the line.
        if (isCut()) return;
        this.heard.push(heardOf(event));
        left--;
        if (left === 0) cutOff();
      },
    });
    answer.on('error', () => undefined);
    answer.setEncoding('utf8').on('data', (text: string) => {
      parser.feed(text);
    });
  }

  /** With a farewell, or as a line that breaks. */
  private end(sent: ClientRequest): void {
    if (this.options.random() < 0.5) sent.destroy();
    else sent.socket?.resetAndDestroy();
  }
}

function heardOf({ id, event, data }: EventSourceMessage): Heard {
  if (id === undefined || event === undefined) throw new Error(`A change without an id or a type: ${data}`);
  return { id, type: event, data: JSON.parse(data) as Heard['data'] };
}
