import { randomUUID } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { translateDatabaseError } from './sqlite/connection/errors.js';

type Key = string | number;

/** What became of rows: `upsert` is an insert or an update; of `unknown` nothing is known. */
type ChangeKind = 'insert' | 'update' | 'upsert' | 'delete' | 'unknown';

/** What a unit of work writes. */
export interface Subject<Result = unknown> {
  readonly topic: string;
  readonly kind: ChangeKind;
  /** The primary keys of the rows that were written, by what the work returned; none where it changed nothing. */
  ids(result: Result): readonly Key[];
}

/** What was written about a topic, by the units of one transaction. */
export interface Change {
  /** `EVERYTHING` where it may be about any. */
  readonly topic: string;
  readonly kind: ChangeKind;
  readonly ids: readonly Key[];
  /** Whether the ids are all that there are. */
  readonly isComplete: boolean;
  /** The version of the topic from now on. */
  readonly version: string;
}

/** A unit of work that is over. */
interface SettledUnit {
  readonly subject: Subject;
  readonly result?: unknown;
}

/** What tells whether others write to the same database. */
interface Schema {
  /** A number that changes when another program commits. */
  version(): number;
  /** Whether there are triggers of the owner, by which a write about one topic may change another. */
  readonly hasTriggers: boolean;
  /** Is called when it is seen that another program has written. */
  onForeignWrite?: (() => void) | undefined;
}

type Listener = (changes: readonly Change[]) => void;

/** The topic of what may be about any. */
export const EVERYTHING = '*';
/** The most ids of a change. */
const MOST_IDS = 1000;

const log = new Logger('Changes');

/** What is written where only the topic is known, or not even that. */
export function unknownSubject(topic = EVERYTHING): Subject {
  return { topic, kind: 'unknown', ids: () => [] };
}

/**
 * What was written. Each topic has a version, so that an answer can be known to be current without reading it again;
 * whoever wants to hear of changes subscribes.
 */
export class Changes {
  /** Counters begin again with each process, so its versions are told apart from those of the one before. */
  private readonly process = randomUUID();
  private readonly byTopic = new Map<string, number>();
  private onEverything = 0;
  private readonly listeners = new Set<{ readonly call: Listener }>();

  constructor(private readonly schema: Schema = { version: () => 0, hasTriggers: false }) {
    schema.onForeignWrite = () => {
      this.publish(() => this.changesOf([{ subject: unknownSubject() }]));
    };
  }

  /**
   * A text that changes with every write about the topic, and with every write of another program.
   * @throws ProblemError `database_unavailable` or `database_busy` where the file cannot be asked.
   */
  versionOf(topic: string): string {
    const own = this.byTopic.get(topic) ?? 0;
    try {
      return `${this.process} ${topic} ${own} ${this.onEverything} ${this.schema.version()}`;
    } catch (error) {
      throw translateDatabaseError(error);
    }
  }

  /**
   * Calls the listener after each transaction that changed something, and when a write of another program is noticed:
   * by the next write, or by whoever asks for a version. It is called before those who wrote have their answer, so it
   * has to be quick; what it throws is logged.
   * @returns what ends the subscription.
   */
  subscribe(call: Listener): () => void {
    const listener = { call };
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  }

  /** Notes what units have written, before those who wrote are told. Never throws. */
  committed(units: readonly SettledUnit[]): void {
    for (const { subject } of units) this.count(subject.topic);
    this.publish(() => {
      // A trigger may have written about anything.
      const others = this.schema.hasTriggers ? [{ subject: unknownSubject() }] : [];
      return this.changesOf([...units, ...others]);
    });
  }

  /** The same for units of which nobody knows whether they were committed. */
  failed(units: readonly SettledUnit[]): void {
    this.committed(units.map(({ subject }) => ({ subject: unknownSubject(subject.topic) })));
  }

  private count(topic: string): void {
    if (topic === EVERYTHING || this.schema.hasTriggers) this.onEverything++;
    else this.byTopic.set(topic, (this.byTopic.get(topic) ?? 0) + 1);
  }

  /** Where nobody listens, nothing is put together. */
  private publish(read: () => readonly Change[]): void {
    if (this.listeners.size === 0) return;
    const changes = attempt(read) ?? [];
    if (changes.length === 0) return;
    for (const { call } of this.listeners) {
      attempt(() => {
        call(changes);
      });
    }
  }

  /** One change for each topic and kind, in the order in which they came first. */
  private changesOf(units: readonly SettledUnit[]): Change[] {
    const idsOf = new Map<string, { subject: Subject; ids: Set<Key> }>();
    for (const { subject, result } of units) {
      const name = `${subject.kind} ${subject.topic}`;
      const known = idsOf.get(name) ?? { subject, ids: new Set() };
      idsOf.set(name, known);
      // One more than are told says that they are not all.
      for (const id of subject.ids(result)) if (known.ids.size <= MOST_IDS) known.ids.add(id);
    }
    return [...idsOf.values()]
      .filter(({ subject, ids }) => subject.kind === 'unknown' || ids.size > 0)
      .map(({ subject: { topic, kind }, ids }) => ({
        topic,
        kind,
        ids: [...ids].slice(0, MOST_IDS),
        isComplete: kind !== 'unknown' && ids.size <= MOST_IDS,
        version: this.versionOf(topic),
      }));
  }
}

function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    log.error('Changes could not be told', error instanceof Error ? error.stack : String(error));
    return undefined;
  }
}
