import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from '@jest/globals';
import { EVENT_COUNTS } from '../../src/events/statistics/event-count.table.js';
import { USAGE } from '../../src/conversations/usage/usage.table.js';
import type { Change } from '../../src/database/index.js';
import { anEvent, aMessage } from '../factories/index.js';
import { ask, feedOf, listen, until, type Instances } from './instances.js';
import type { TestService } from './service.js';
import { disagreements } from './sums.js';

const PAGERS = 50;
const BETWEEN_WALKS_MS = 500;
const WRITERS = 16;
const SESSIONS = 3;
const KEYS = 4;
const BATCH = 4;
/** Events that several writers resolve at the same time. */
const CONTESTED = 8;

interface Event {
  readonly id: number;
  readonly timestamp: string;
}

/** The answer to a write has one of these. */
interface Written {
  readonly event: Event;
  readonly events: readonly Event[];
  readonly message: { readonly id: number };
}

/** What both instances have acknowledged. */
interface Acknowledged {
  readonly events: ReadonlySet<number>;
  readonly messages: ReadonlySet<number>;
  /** How many walks the pagers made. */
  readonly walks: number;
}

/**
 * 16 writers on each instance write events, batches, and at the same time messages of the same sessions, the same
 * preferences and resolutions of the same events, while 50 pagers walk through all events on both.
 */
async function storm({ both }: Instances, rounds: number): Promise<Acknowledged> {
  const events = new Set<number>();
  const messages = new Set<number>();
  let walks = 0;
  let isWriting = true;

  const write = async (
    service: TestService,
    method: string,
    path: string,
    send: unknown,
  ): Promise<Written> => {
    const { status, text, body } = await ask(service, method, path, { send });
    if (status >= 300) throw new Error(`${method} ${path}: ${status} ${text}`);
    return body as unknown as Written;
  };
  const remember = (set: Set<number>, rows: readonly { id: number }[]): void => {
    for (const { id } of rows) {
      if (set.has(id)) throw new Error(`The id ${id} was given out twice.`);
      set.add(id);
    }
  };
  const save = async (service: TestService, count: number): Promise<number[]> => {
    const given = Array.from({ length: count }, () => anEvent());
    const { events: rows } = await write(service, 'POST', '/memory/events/batch', { events: given });
    remember(events, rows);
    return rows.map(({ id }) => id);
  };
  const contested = await save(both[0], CONTESTED);

  async function writer(service: TestService, number: number): Promise<void> {
    for (let round = 0; round < rounds; round++) {
      const { event } = await write(service, 'POST', '/memory/events', anEvent());
      remember(events, [event]);
      const sessionId = `chat-${(number + round) % SESSIONS}`;
      const message = aMessage({ sessionId, tokensUsed: number });
      remember(messages, [(await write(service, 'POST', '/memory/conversations', message)).message]);
      await write(service, 'PUT', `/memory/preferences/key-${(number * round) % KEYS}`, { value: round });
      await write(service, 'POST', `/memory/events/${contested[(number + round) % CONTESTED]}/resolve`, {});
      await save(service, BATCH);
    }
  }

  async function pager(service: TestService, number: number): Promise<void> {
    do {
      const before = [...events];
      const seen = await walk(service, 100 + number);
      expect(before.filter((id) => !seen.has(id))).toEqual([]);
      walks++;
      await sleep(BETWEEN_WALKS_MS);
    } while (isWriting);
  }

  const numbers = (count: number): number[] => Array.from({ length: count }, (_, number) => number);
  const writing = Promise.all(
    both.flatMap((service) => numbers(WRITERS).map((number) => writer(service, number))),
  ).finally(() => (isWriting = false));
  const paging = Promise.all(numbers(PAGERS).map((number) => pager(both[number % 2]!, number)));
  await Promise.all([writing, paging]);
  return { events, messages, walks };
}

/** @throws Error where a page repeats a row, or where the order is not total. */
async function walk(service: TestService, limit: number): Promise<Set<number>> {
  const seen = new Set<number>();
  let cursor: string | null = '';
  let last: Event | undefined;
  while (cursor !== null) {
    const { status, text, body } = await ask(service, 'GET', `/memory/events?limit=${limit}${cursor}`);
    if (status !== 200) throw new Error(`A page: ${status} ${text}`);
    for (const event of body['events'] as Event[]) {
      const isNext = !last || isBefore(event, last);
      if (!isNext) throw new Error(`Event ${event.id} comes again, or too late.`);
      seen.add(event.id);
      last = event;
    }
    cursor = body['nextCursor'] === null ? null : `&cursor=${String(body['nextCursor'])}`;
  }
  return seen;
}

function isBefore(one: Event, other: Event): boolean {
  return one.timestamp === other.timestamp ? one.id < other.id : one.timestamp < other.timestamp;
}

/** After a storm, everything is there once, the sessions agree, and the feed and the subscribers have named it all. */
export async function expectOneMemory(instances: Instances, rounds: number): Promise<void> {
  const { database } = instances;
  const before = (await feedOf(instances)).at(-1)!.position;
  const heard = await listen(instances);
  const { events, messages, walks } = await storm(instances, rounds);
  expect(walks).toBeGreaterThanOrEqual(PAGERS);
  for (const [table, acknowledged] of [
    ['events', events],
    ['conversations', messages],
  ] as const) {
    const rows = (await database.query(`SELECT id::int AS id FROM ${table}`)).map(({ id }) => id as number);
    expectSame(rows, acknowledged);
  }
  expect(await sessionsThatDisagree(instances)).toEqual([]);
  expect(await database.query(disagreements(USAGE))).toEqual([{ count: '0' }]);
  expect(await database.query(disagreements(EVENT_COUNTS))).toEqual([{ count: '0' }]);
  expect(await rowsThatTheIndexLacks(instances)).toEqual([]);
  const changes = (await feedOf(instances)).filter(({ position }) => position > before);
  const positions = [...new Set(changes.map(({ position }) => position))];
  expect(positions).toEqual(positions.map((_, index) => before + 1 + index));
  const inserted = changes.filter(({ topic, kind }) => topic === 'events' && kind === 'insert');
  expectSame(
    inserted.flatMap(({ ids }) => ids as number[]),
    events,
  );
  for (const told of heard) {
    await until(() => told.length >= changes.length);
    expect(textsOf(told)).toEqual(textsOf(changes));
  }
}

function expectSame(found: readonly number[], acknowledged: ReadonlySet<number>): void {
  expect(found.length).toBe(acknowledged.size);
  expect(new Set(found)).toEqual(acknowledged);
}

function textsOf(changes: readonly Change[]): string[] {
  return changes.map(({ position, topic, kind, ids }) => JSON.stringify([position, topic, kind, ids])).sort();
}

/** Events up to the mark that the text index has not, although they are not stale; and those that it has for nothing. */
function rowsThatTheIndexLacks({ database }: Instances): Promise<unknown[]> {
  const kept = `SELECT id FROM events WHERE id <= (SELECT mark FROM search_marks WHERE kind = 'event')`;
  const stale = `SELECT id FROM search_stale WHERE kind = 'event'`;
  return database.query(
    `(${kept} EXCEPT SELECT id FROM search_events EXCEPT ${stale}) UNION ALL (SELECT id FROM search_events EXCEPT ${kept})`,
  );
}

/** Sessions whose row is not what their messages make. */
function sessionsThatDisagree({ database }: Instances): Promise<unknown[]> {
  const counted = `SELECT session_id, min("timestamp"), max("timestamp"), count(*), sum(coalesce(tokens_used, 0))
    FROM conversations GROUP BY session_id`;
  const kept = `SELECT session_id, first_message_at, last_message_at, message_count, tokens_used FROM conversation_sessions`;
  return database.query(`(${counted} EXCEPT ${kept}) UNION ALL (${kept} EXCEPT ${counted})`);
}
