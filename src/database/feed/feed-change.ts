import { Logger } from '@nestjs/common';
import { chunksOf } from '../queries/lists.js';
import { attempt } from './attempt.js';

/** The value of a primary key. */
export type Key = string | number;

/** How rows changed: `upsert` is an insert or an update; `forget` is a deletion by retention; `unknown` is any change. */
type ChangeKind = 'insert' | 'update' | 'upsert' | 'delete' | 'forget' | 'unknown';

/** What a unit of work writes, for the change feed. */
export interface Subject<Result = unknown> {
  readonly topic: string;
  readonly kind: ChangeKind;
  /** The primary keys of the written rows, from the result of the work; none where it changed nothing. */
  ids(result: Result): readonly Key[];
}

/** What a write is about, or only its topic. */
export type About<T = unknown> = Subject<T> | string;

/** What the units of one transaction wrote about a topic in one way. */
export interface FeedChange {
  /** `ANY_TOPIC` where the topic is not known. */
  readonly topic: string;
  readonly kind: ChangeKind;
  readonly ids: readonly Key[];
  /** Whether `ids` lists every changed row. */
  readonly isComplete: boolean;
}

/** A change that is committed. */
export interface Change extends FeedChange {
  /** Of the transaction, among all of the database: each has the next one. */
  readonly position: number;
}

/** A unit of work that has ended. */
export interface FinishedUnit {
  readonly subject: Subject;
  readonly result?: unknown;
}

/** Stands for all topics. */
export const ANY_TOPIC = '*';
/** The subject of writes that change no answer. */
export const NO_CHANGE: Subject = { topic: 'nothing', kind: 'update', ids: () => [] };
export const UNKNOWN_CHANGE: FeedChange = { topic: ANY_TOPIC, kind: 'unknown', ids: [], isComplete: false };
/** More ids take several changes, so that each is small. */
const MAX_IDS = 1000;

const log = new Logger('Changes');

/** The subject of a write of which at most the topic is known. */
export function unknownSubject(topic = ANY_TOPIC): Subject {
  return { topic, kind: 'unknown', ids: () => [] };
}

/** The changes by topic and kind, in order of first occurrence; none of units that changed nothing. */
export function changesOf(units: readonly FinishedUnit[]): FeedChange[] {
  const idsOf = new Map<string, { subject: Subject; ids: Set<Key> }>();
  for (const unit of units) {
    const { subject, written } = writtenBy(unit);
    const name = `${subject.kind} ${subject.topic}`;
    const known = idsOf.get(name) ?? { subject, ids: new Set() };
    idsOf.set(name, known);
    for (const id of written) known.ids.add(id);
  }
  return [...idsOf.values()]
    .filter(({ subject, ids }) => subject.kind === 'unknown' || ids.size > 0)
    .flatMap(({ subject: { topic, kind }, ids }) =>
      partsOf([...ids]).map((part) => ({ topic, kind, ids: part, isComplete: kind !== 'unknown' })),
    );
}

/** One at least, since a change need not have ids. */
function partsOf(ids: readonly Key[]): (readonly Key[])[] {
  return ids.length === 0 ? [ids] : chunksOf(ids, MAX_IDS);
}

/** An error in a subject must not fail the units: then anything of its topic may have changed. */
function writtenBy({ subject, result }: FinishedUnit): { subject: Subject; written: readonly Key[] } {
  const written = attempt(log, () => subject.ids(result));
  return written ? { subject, written } : { subject: unknownSubject(subject.topic), written: [] };
}
