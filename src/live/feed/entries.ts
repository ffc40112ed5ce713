import { ANY_TOPIC, byKey, type Change, type Key } from '../../database/index.js';
import { TOPICS, type ChangeType, type Topic } from '../change.js';

/** What one row of the feed says. */
export interface Entry {
  readonly position: number;
  /** The number of its first change within the position; those of the others follow. */
  readonly first: number;
  /** How many changes it is. */
  readonly count: number;
  readonly type: ChangeType;
  /** Undefined where any may have changed. */
  readonly topic: Topic | undefined;
  /** The keys of the rows, in ascending order: one a change, or all of one change that is of many rows. */
  readonly keys: readonly Key[];
}

type Told = Omit<Entry, 'position' | 'first'>;

const TYPES: Readonly<Record<Topic, Partial<Record<Change['kind'], ChangeType>>>> = {
  events: { insert: 'event.saved', update: 'event.resolved', forget: 'memory.forgotten' },
  conversations: { insert: 'message.saved', delete: 'session.deleted', forget: 'memory.forgotten' },
  snapshots: { insert: 'snapshot.saved', forget: 'memory.forgotten' },
  preferences: { upsert: 'preference.changed', delete: 'preference.deleted' },
};

/**
 * The entries of changes, in the order of the feed. Numbers are given before anything is filtered, so that every reader
 * gives the same ones.
 */
export function entriesOf(changes: readonly Change[]): Entry[] {
  const entries: Entry[] = [];
  let position = -1;
  let first = 1;
  for (const change of changes) {
    if (change.position !== position) first = 1;
    ({ position } = change);
    const told = tellOf(change);
    if (told) entries.push({ position, first, ...told });
    first += told?.count ?? 0;
  }
  return entries;
}

/** @returns undefined for what nobody may follow. */
function tellOf({ topic: name, kind, ids, isComplete }: Change): Told | undefined {
  if (name === ANY_TOPIC) return { type: 'resync', topic: undefined, count: 1, keys: [] };
  const topic = TOPICS.find((one) => one === name);
  if (!topic) return undefined;
  const type = isComplete ? TYPES[topic][kind] : undefined;
  if (!type) return { type: 'resync', topic, count: 1, keys: [] };
  const keys = [...ids].sort(byKey);
  return { type, topic, count: type === 'memory.forgotten' ? 1 : keys.length, keys };
}
