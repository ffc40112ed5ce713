import { CONTENT_TABLES, type ThreadReader } from '../../database/programs.js';
import type { Removal } from '../../retention-rules/least-valuable.js';
import { summarize, type ClassTable } from './class-summary.js';
import { giveUpEvents, planEvents, type PlannedEvents } from './events.js';
import type { Group, Plan, PlanInput, RetentionClass } from './plan.types.js';
import { bytesWaitingInBlocks, planSnapshots } from './snapshots.js';

const TABLES: Readonly<Record<RetentionClass, ClassTable>> = {
  snapshots: {
    class: 'snapshots',
    table: CONTENT_TABLES.snapshot.name,
    key: 'id',
    time: 'timestamp',
    count: 'count(*)',
  },
  events: {
    class: 'events',
    table: CONTENT_TABLES.event.name,
    key: 'id',
    time: 'timestamp',
    count: 'count(*)',
  },
  conversations: {
    class: 'conversations',
    table: 'conversation_sessions',
    key: 'session_id',
    time: 'last_message_at',
    count: 'sum(message_count)',
  },
};

/** What goes of a class. */
interface Going {
  readonly groups: readonly Group[];
  readonly goes: number;
  readonly bytesFreed: number;
  readonly completeAfter: string | null;
}

/** What goes by the rules as of now: by ages and counts first, and then by the budget. */
export async function makePlan(
  reader: ThreadReader,
  { rules, now, sizes, isForRun }: PlanInput,
): Promise<Plan> {
  const { timeZone, budget } = rules;
  const conversations = await planConversations(reader, rules.conversations, now, sizes.each.conversations);
  const thinned = await planSnapshots(reader, rules.snapshots, { timeZone, now });
  const aged = await planEvents(reader, rules.events ?? {}, now);
  const eventBytes = Math.max(1, sizes.each.events);
  const freed = bytesOf(thinned.going) + countOf(aged) * eventBytes + conversations.bytesFreed;
  const held = sizes.total - (budget === undefined ? 0 : await bytesWaitingInBlocks(reader));
  let missing = budget === undefined ? 0 : Math.max(0, held - budget - freed);
  const given = thinned.rest.take(missing);
  missing -= bytesOf(given);
  const givenEvents = await giveUpEvents(reader, rules.events ?? {}, now, Math.ceil(missing / eventBytes));
  missing -= countOf(givenEvents) * eventBytes;
  const snapshots = ofSnapshots(thinned.going, given);
  const events = ofEvents(aged, givenEvents, eventBytes);
  return {
    classes: [
      await summaryOf(reader, 'snapshots', snapshots),
      await summaryOf(reader, 'events', events),
      await summaryOf(reader, 'conversations', conversations),
    ],
    groups: [snapshots, events, conversations]
      .flatMap(({ groups }) => groups)
      .filter(({ keys }) => isForRun && keys.length > 0),
    missingBytes: Math.max(0, Math.ceil(missing)),
  };
}

async function planConversations(
  reader: ThreadReader,
  age: number | undefined,
  now: string,
  messageBytes: number,
): Promise<Going> {
  if (age === undefined) return { groups: [], goes: 0, bytesFreed: 0, completeAfter: null };
  const text = `SELECT session_id AS "key", message_count AS "messages", last_message_at AS "until"
    FROM conversation_sessions WHERE last_message_at < ? ORDER BY last_message_at, id`;
  const { rows } = await reader.read<{ key: string; messages: number; until: string }>({
    text,
    values: [new Date(Date.parse(now) - age).toISOString()],
  });
  const goes = rows.reduce((sum, { messages }) => sum + Number(messages), 0);
  return {
    groups: [{ kind: 'session', by: 'rule', keys: rows.map(({ key }) => key) }],
    goes,
    bytesFreed: Math.round(goes * messageBytes),
    completeAfter: rows.at(-1)?.until ?? null,
  };
}

function ofSnapshots(going: readonly Removal[], given: readonly Removal[]): Going {
  const all = [...going, ...given];
  return {
    groups: [
      { kind: 'snapshot', by: 'rule', keys: idsOf(going) },
      { kind: 'snapshot', by: 'budget', keys: idsOf(given) },
    ],
    goes: all.length,
    bytesFreed: bytesOf(all),
    completeAfter: latest(all.map(({ timestamp }) => timestamp)),
  };
}

function ofEvents(aged: readonly PlannedEvents[], given: readonly PlannedEvents[], eachBytes: number): Going {
  const groupsOf = (planned: readonly PlannedEvents[], by: Group['by']): Group[] =>
    planned.map(({ severity, ids }) => ({ kind: 'event', by, severity, keys: Float64Array.from(ids) }));
  const goes = countOf(aged) + countOf(given);
  return {
    groups: [...groupsOf(aged, 'rule'), ...groupsOf(given, 'budget')],
    goes,
    bytesFreed: Math.round(goes * eachBytes),
    completeAfter: latest([...aged, ...given].map(({ until }) => until)),
  };
}

function summaryOf(
  reader: ThreadReader,
  name: RetentionClass,
  { groups, ...going }: Going,
): Promise<Plan['classes'][number]> {
  return summarize(reader, TABLES[name], groups, going);
}

function idsOf(list: readonly Removal[]): Float64Array {
  return Float64Array.from(list, ({ id }) => Number(id));
}

function bytesOf(list: readonly Removal[]): number {
  return list.reduce((sum, { bytes }) => sum + Number(bytes), 0);
}

function countOf(planned: readonly PlannedEvents[]): number {
  return planned.reduce((sum, { ids }) => sum + ids.length, 0);
}

function latest(times: readonly string[]): string | null {
  return times.reduce<string | null>((last, time) => (last === null || time > last ? time : last), null);
}
