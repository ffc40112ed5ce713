import { randomUUID } from 'node:crypto';
import { Logger } from '@nestjs/common';

/** The value of a primary key. */
export type Key = string | number;

/** How rows changed: `upsert` is an insert or an update; `unknown` is any change. */
type ChangeKind = 'insert' | 'update' | 'upsert' | 'delete' | 'unknown';

/** What a unit of work writes, for versions and subscribers. */
export interface Subject<Result = unknown> {
  readonly topic: string;
  readonly kind: ChangeKind;
  /** The primary keys of the written rows, from the result of the work; none where it changed nothing. */
  ids(result: Result): readonly Key[];
}

/** What a write is about, or only its topic. */
export type About<T = unknown> = Subject<T> | string;

/** What the units of one transaction wrote about a topic. */
export interface Change {
  /** `ANY_TOPIC` where the topic is not known. */
  readonly topic: string;
  readonly kind: ChangeKind;
  readonly ids: readonly Key[];
  /** Whether `ids` lists every changed row. */
  readonly isComplete: boolean;
  /** The version of the topic after the transaction. */
  readonly version: string;
}

/** A unit of work that has ended. */
interface FinishedUnit {
  readonly subject: Subject;
  readonly result?: unknown;
}

/** Detects writes of other programs to the same database. */
export interface ForeignWrites {
  /**
   * A number that changes when another program commits.
   * @throws ProblemError `database_unavailable` or `database_busy` where the database cannot be read.
   */
  version(): number;
  /** Whether the file has triggers of the operator, by which a write to one topic may change another. */
  readonly hasTriggers: boolean;
  /** Called when a write of another program is detected. */
  onForeignWrite?: (() => void) | undefined;
}

type Listener = (changes: readonly Change[]) => void;

/** Stands for all topics. */
export const ANY_TOPIC = '*';
const MAX_IDS = 1000;

const log = new Logger('Changes');

/** The subject of a write of which at most the topic is known. */
export function unknownSubject(topic = ANY_TOPIC): Subject {
  return { topic, kind: 'unknown', ids: () => [] };
}

/**
 * The change notifications of a database. Each topic has a version, so that a cached answer can be validated without
 * reading it again (ETag); subscribers are called with every change.
 */
export class Changes {
  /** Counters start at 0 in each process; this id keeps versions of different processes distinct. */
  private readonly processId = randomUUID();
  private readonly topicVersions = new Map<string, number>();
  private anyTopicVersion = 0;
  private readonly listeners = new Set<{ readonly call: Listener }>();

  constructor(private readonly schema: ForeignWrites = { version: () => 0, hasTriggers: false }) {
    schema.onForeignWrite = () => {
      this.publish(() => this.changesOf([{ subject: unknownSubject() }]));
    };
  }

  /**
   * A validator that changes with every write to the topic and with every write of another program.
   * @throws ProblemError `database_unavailable` or `database_busy` where the file cannot be read.
   */
  versionOf(topic: string): string {
    const own = this.topicVersions.get(topic) ?? 0;
    return `${this.processId} ${topic} ${own} ${this.anyTopicVersion} ${this.schema.version()}`;
  }

  /**
   * Calls the listener after each transaction that changed something, and when a write of another program is detected:
   * by the next write or the next `versionOf`. The callers of the write are answered after the listeners return, so a
   * listener must be quick; its errors are logged.
   * @returns the function that ends the subscription.
   */
  subscribe(call: Listener): () => void {
    const listener = { call };
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  }

  /** Publishes what committed units wrote; called before their promises resolve. Never throws. */
  committed(units: readonly FinishedUnit[]): void {
    for (const { subject } of units) this.raiseVersion(subject.topic);
    this.publish(() => {
      // A trigger may have written to any topic.
      const byTriggers = this.schema.hasTriggers ? [{ subject: unknownSubject() }] : [];
      return this.changesOf([...units, ...byTriggers]);
    });
  }

  /** The same for units whose commit failed: it is unknown whether they are durable. */
  failed(units: readonly FinishedUnit[]): void {
    this.committed(units.map(({ subject }) => ({ subject: unknownSubject(subject.topic) })));
  }

  private raiseVersion(topic: string): void {
    if (topic === ANY_TOPIC || this.schema.hasTriggers) this.anyTopicVersion++;
    else this.topicVersions.set(topic, (this.topicVersions.get(topic) ?? 0) + 1);
  }

  /** Without listeners, no change is computed. */
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

  /** One change for each topic and kind, in order of first occurrence. */
  private changesOf(units: readonly FinishedUnit[]): Change[] {
    const idsOf = new Map<string, { subject: Subject; ids: Set<Key> }>();
    for (const { subject, result } of units) {
      const name = `${subject.kind} ${subject.topic}`;
      const known = idsOf.get(name) ?? { subject, ids: new Set() };
      idsOf.set(name, known);
      // One id past the limit marks the list as incomplete.
      for (const id of subject.ids(result)) if (known.ids.size <= MAX_IDS) known.ids.add(id);
    }
    return [...idsOf.values()]
      .filter(({ subject, ids }) => subject.kind === 'unknown' || ids.size > 0)
      .map(({ subject: { topic, kind }, ids }) => ({
        topic,
        kind,
        ids: [...ids].slice(0, MAX_IDS),
        isComplete: kind !== 'unknown' && ids.size <= MAX_IDS,
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
