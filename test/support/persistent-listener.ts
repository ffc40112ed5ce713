import { setTimeout as sleep } from 'node:timers/promises';
import type { EventSourceMessage } from 'eventsource-parser';
import { EventStream } from './event-stream.js';
import type { TestService } from './service.js';

type Address = Pick<TestService, 'url' | 'token'>;

const RETRY_MS = 50;

/** A client that comes back wherever it is cut off, as an `EventSource` does. */
export class PersistentListener {
  private readonly past: EventSourceMessage[] = [];
  private stream: EventStream | undefined;
  private readonly stopping = new AbortController();
  cuts = 0;

  /** @param address of any instance that is up. @param after the place from which it listens. */
  constructor(
    private readonly address: () => Address,
    private after: string,
  ) {
    void this.run();
  }

  /** Everything that it has got, in the order in which it came. */
  get events(): EventSourceMessage[] {
    return [...this.past, ...(this.stream?.events ?? [])];
  }

  /** Without what says that other things may have changed as well. */
  get told(): EventSourceMessage[] {
    return this.events.filter(({ event }) => event !== 'resync');
  }

  get resyncs(): string[] {
    return this.events
      .filter(({ event }) => event === 'resync')
      .map(({ data }) => (JSON.parse(data) as { reason: string }).reason);
  }

  cut(): void {
    if (!this.stream) return;
    this.cuts++;
    this.stream.cut();
  }

  stop(): void {
    this.stopping.abort();
    this.stream?.cut();
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        const stream = await EventStream.open(this.address(), '', { lastEventId: this.after });
        if (stream.status === 200) this.stream = stream;
        await this.untilClosed(stream);
        this.past.push(...stream.events);
        this.after = stream.events.at(-1)?.id ?? this.after;
      } catch {
        // Nobody is there: the service starts again.
      }
      this.stream = undefined;
      await sleep(RETRY_MS);
    }
  }

  private async untilClosed(stream: EventStream): Promise<void> {
    while (!stream.isClosed && !this.stopping.signal.aborted) await sleep(5);
  }
}
