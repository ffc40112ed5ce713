import { setTimeout as sleep } from 'node:timers/promises';
import { CONVERSATIONS_TOPIC, forgetMessages } from '../../conversations/index.js';
import {
  CONTENT_TABLES,
  deleteRows,
  fingerprintOf,
  placesOf,
  type Database,
  type Dialect,
  type Lease,
  type Subject,
  type Work,
} from '../../database/index.js';
import { EVENTS_TOPIC, forgettingStatements } from '../../events/index.js';
import { SNAPSHOTS_TOPIC } from '../../snapshots/index.js';
import { now } from '../../time/time.js';
import type { Group } from '../plan/plan.types.js';
import { noteForgotten, type Forgotten, type Range } from './unit.js';

/** A unit holds the writer about so long, whatever rows there are. */
const UNIT_MS = 8;
const MAX_UNIT_ROWS = 200;
const FIRST_UNIT_ROWS = 25;
const MIN_UNIT_ROWS = 10;
const MAX_REST_MS = 5000;
/** After so many units the rules are looked at again. */
const UNITS_BETWEEN_LOOKS = 50;
/** The text of a range is written anew with each of its conversations: it stays short. */
const MAX_SESSIONS_OF_RANGE = 200;
/** The others have the writer for the rest of the time. */
const SHARE = 0.25;
const OPTIONS = { allowOnFullDisk: true, takesPosition: true } as const;

/** What a run has in its hands. */
export interface Forgetting {
  readonly database: Database;
  readonly lease: Lease;
  readonly signal: AbortSignal;
  /** Conversations that have a message from this time on stay. */
  readonly conversationsBefore: string;
  /** Whether the rules are still those that were planned with. */
  readonly stillHolds: () => Promise<boolean>;
}

type Unit = Work<{
  readonly forgotten: Forgotten;
  readonly rangeId: number | undefined;
  /** What went, or lost a part. */
  readonly keys: readonly (number | string)[];
  /** How long it held the writer. */
  readonly ms: number;
}>;

/** What the change feed says of a unit. */
const forgotten = (topic: string): Subject<Awaited<ReturnType<Unit>>> => ({
  topic,
  kind: 'forget',
  ids: ({ keys }) => keys,
});

/** Forgets what goes by one rule, in units of some milliseconds. @returns how many rows. */
export async function forget(group: Group, rule: string, forgetting: Forgetting): Promise<number> {
  const range: Range = { kind: group.kind, rule, id: undefined };
  if (group.kind === 'session') return forgetSessions(group.keys as readonly string[], range, forgetting);
  // The newest first: where a snapshot goes, the next one has to be compared anew, and waits for that before it may go.
  const ids = (group.keys as Float64Array).slice().reverse();
  const steps = new Steps(forgetting);
  let rows = 0;
  for (let at = 0; at < ids.length && !steps.isOver;) {
    const chunk = [...ids.subarray(at, at + steps.size)];
    const unit = unitOf(group.kind, chunk, range, forgetting.database);
    const topic = group.kind === 'event' ? EVENTS_TOPIC : SNAPSHOTS_TOPIC;
    rows += await steps.run(range, () => forgetting.lease.write(unit, forgotten(topic), OPTIONS));
    at += chunk.length;
  }
  return rows;
}

async function forgetSessions(
  sessionIds: readonly string[],
  range: Range,
  forgetting: Forgetting,
): Promise<number> {
  const { database, lease, conversationsBefore: before } = forgetting;
  const { dialect } = database.engine.rows;
  const steps = new Steps(forgetting);
  let rows = 0;
  for (const [index, sessionId] of sessionIds.entries()) {
    if (index % MAX_SESSIONS_OF_RANGE === 0) range.id = undefined;
    const progress = { isOver: false };
    while (!progress.isOver && !steps.isOver) {
      const unit: Unit = async (manager) => {
        const begun = performance.now();
        const found = await forgetMessages(manager, { sessionId, before, limit: steps.size }, dialect);
        progress.isOver = found.isOver;
        const fingerprints = found.isGone ? [fingerprintOf(sessionId)] : [];
        const went = { ...found, firstId: 0, lastId: 0, fingerprints };
        const rangeId = await note(manager, range, went, database);
        const keys = found.isGone || found.rows > 0 ? [sessionId] : [];
        return { forgotten: went, rangeId, keys, ms: performance.now() - begun };
      };
      rows += await steps.run(range, () => lease.write(unit, forgotten(CONVERSATIONS_TOPIC), OPTIONS));
    }
  }
  return rows;
}

/** How many rows a unit takes, by what the one before it took. */
class Steps {
  size = FIRST_UNIT_ROWS;
  private units = 0;
  private isOutdated = false;

  constructor(private readonly forgetting: Forgetting) {}

  /** Whether the service stops, or other rules were set. */
  get isOver(): boolean {
    return this.isOutdated || this.forgetting.signal.aborted;
  }

  async run(range: Range, write: () => ReturnType<Lease['write']>): Promise<number> {
    const { forgotten: went, rangeId, ms } = (await write()) as Awaited<ReturnType<Unit>>;
    range.id = rangeId;
    this.size = Math.max(
      MIN_UNIT_ROWS,
      Math.min(MAX_UNIT_ROWS, Math.round((this.size * UNIT_MS) / Math.max(ms, 1))),
    );
    const { signal, stillHolds } = this.forgetting;
    if (++this.units % UNITS_BETWEEN_LOOKS === 0) this.isOutdated = !(await stillHolds());
    const rest = Math.min(MAX_REST_MS, ms * (1 / SHARE - 1));
    await sleep(rest, undefined, { signal, ref: false }).catch(() => undefined);
    return went.rows;
  }
}

/** Looks again: what was planned may have gone meanwhile, or have been opened again. */
function unitOf(kind: 'event' | 'snapshot', ids: readonly number[], range: Range, database: Database): Unit {
  const { dialect } = database.engine.rows;
  const { name: table } = CONTENT_TABLES[kind];
  const still =
    kind === 'event'
      ? 'resolved = true'
      : `NOT EXISTS (SELECT 1 FROM snapshots_to_compare AS w WHERE w."timestamp" = ${table}."timestamp" AND w.id = ${table}.id)`;
  const select = dialect.toDriver(
    `SELECT id AS "id", "timestamp" AS "timestamp" FROM ${table}
     WHERE id IN (${placesOf(ids)}) AND ${still} ORDER BY "timestamp", id`,
  );
  return async (manager) => {
    const begun = performance.now();
    const found = await manager.query<{ id: number; timestamp: string }[]>(select, [...ids]);
    const going = found.map(({ id }) => Number(id));
    const went = {
      rows: going.length,
      from: found[0]?.timestamp ?? '',
      until: found.at(-1)?.timestamp ?? '',
      firstId: Math.min(...going),
      lastId: Math.max(...going),
      fingerprints: [],
    };
    if (going.length > 0) await remove(kind, manager, going, dialect);
    const rangeId = await note(manager, range, went, database);
    return { forgotten: went, rangeId, keys: going, ms: performance.now() - begun };
  };
}

/** What is known of events in numbers stays. */
async function remove(
  kind: 'event' | 'snapshot',
  manager: Parameters<Unit>[0],
  ids: readonly number[],
  dialect: Dialect,
): Promise<void> {
  if (kind === 'snapshot') await deleteRows(manager, CONTENT_TABLES.snapshot.name, ids, dialect);
  else
    for (const { text, values } of forgettingStatements(ids, dialect.derivesByTriggers))
      await manager.query(dialect.toDriver(text), [...values]);
}

function note(
  manager: Parameters<Unit>[0],
  range: Range,
  forgotten: Forgotten,
  { engine }: Database,
): Promise<number | undefined> | undefined {
  if (forgotten.rows === 0) return Promise.resolve(range.id);
  return noteForgotten(manager, range, forgotten, { at: now(), dialect: engine.rows.dialect });
}
