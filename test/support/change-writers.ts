import { setTimeout as sleep } from 'node:timers/promises';
import { anEvent, aMessage, aSnapshot } from '../factories/index.js';
import { ask } from './instances.js';

interface Options {
  /** Which of the services the next write goes to. */
  readonly where: () => string;
  readonly token: string;
  /** How many changes are to be acknowledged. */
  readonly changes: number;
  readonly random: () => number;
  /** Whether those who listen are so far behind that writers wait. */
  readonly isAhead: () => boolean;
}

interface Row {
  readonly id: number;
}

interface Written {
  readonly event: Row;
  readonly events: readonly Row[];
  readonly message: Row;
  readonly snapshot: Row;
}

type Write = (writer: Writer) => Promise<boolean>;

/** What one writer has, and what only it may change. */
interface Writer {
  readonly name: string;
  readonly events: number[];
  readonly sessions: string[];
  readonly preferences: string[];
}

const WRITERS = 16;
const PAUSE_MS = 5;
const MAX_BATCH = 12;
const NOT_NOW = 503;

/** 16 writers save, resolve and delete at the same time, and note what was acknowledged. Nothing is changed by two writes. */
export class ChangeWriters {
  /** As `describeChange` says it. */
  readonly acknowledged: string[] = [];
  unanswered = 0;
  private named = 0;

  constructor(private readonly options: Options) {}

  /** Until enough is acknowledged. @throws Error where a write is refused. */
  async write(over: AbortSignal): Promise<void> {
    await Promise.all(Array.from({ length: WRITERS }, (_, number) => this.writer(number, over)));
  }

  private async writer(number: number, over: AbortSignal): Promise<void> {
    const { changes, isAhead } = this.options;
    const writer: Writer = { name: `writer-${number}`, events: [], sessions: [], preferences: [] };
    while (this.acknowledged.length < changes && !over.aborted) {
      const isWritten = !isAhead() && (await this.pick(this.writes)(writer));
      if (!isWritten) await sleep(PAUSE_MS);
    }
  }

  private readonly writes: readonly Write[] = [
    (writer) => this.save(writer, 1),
    (writer) => this.save(writer, 2 + Math.floor(this.options.random() * (MAX_BATCH - 1))),
    async (writer) => {
      const sessionId = this.nextName(writer);
      const send = aMessage({ sessionId });
      return this.send('POST', '/memory/conversations', send, ({ message }) => {
        writer.sessions.push(sessionId);
        return [`message.saved ${message.id}`];
      });
    },
    (writer) => {
      const key = this.nextName(writer);
      return this.send('PUT', `/memory/preferences/${key}`, { value: key }, () => {
        writer.preferences.push(key);
        return [`preference.changed ${key}`];
      });
    },
    () => this.send('POST', '/memory/snapshots', { snapshot: aSnapshot() }, savedSnapshot),
    async ({ events }) => {
      const id = events.shift();
      if (id === undefined) return false;
      return this.send('POST', `/memory/events/${id}/resolve`, {}, () => [`event.resolved ${id}`]);
    },
    async ({ sessions }) => {
      const id = sessions.shift();
      if (id === undefined) return false;
      return this.send('DELETE', `/memory/conversations/${id}`, undefined, () => [`session.deleted ${id}`]);
    },
    async ({ preferences }) => {
      const key = preferences.shift();
      if (key === undefined) return false;
      return this.send('DELETE', `/memory/preferences/${key}`, undefined, () => [
        `preference.deleted ${key}`,
      ]);
    },
  ];

  private save(writer: Writer, count: number): Promise<boolean> {
    const keep = (rows: readonly Row[]): string[] => {
      writer.events.push(...rows.map(({ id }) => id));
      return rows.map(({ id }) => `event.saved ${id}`);
    };
    const events = Array.from({ length: count }, () => anEvent({ summary: this.nextName(writer) }));
    return count === 1
      ? this.send('POST', '/memory/events', events[0], ({ event }) => keep([event]))
      : this.send('POST', '/memory/events/batch', { events }, ({ events: rows }) => keep(rows));
  }

  /** @returns whether it was acknowledged. */
  private async send(
    method: string,
    path: string,
    send: unknown,
    changesOf: (written: Written) => string[],
  ): Promise<boolean> {
    const service = { url: this.options.where(), token: this.options.token };
    const answer = await ask(service, method, path, { send }).catch(() => undefined);
    if (!answer || answer.status === NOT_NOW) {
      this.unanswered++;
      return false;
    }
    const { status, text } = answer;
    if (status >= 300) throw new Error(`${method} ${path}: ${status} ${text}`);
    this.acknowledged.push(...changesOf((text === '' ? {} : JSON.parse(text)) as Written));
    return true;
  }

  private nextName({ name }: Writer): string {
    return `${name}-${++this.named}`;
  }

  private pick<T>(values: readonly T[]): T {
    return values[Math.floor(this.options.random() * values.length)]!;
  }
}

const savedSnapshot = ({ snapshot }: Written): string[] => [`snapshot.saved ${snapshot.id}`];
