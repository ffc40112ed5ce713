import { parse } from 'node:querystring';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { getDataSourceToken } from '@nestjs/typeorm';
import Sqlite, { type Database as SqliteHandle } from 'better-sqlite3';
import type { DataSource } from 'typeorm';
import { READER } from '../src/database/connections.js';
import { Database } from '../src/database/index.js';
import { EventsService } from '../src/events/index.js';
import { openAtConditions } from '../src/events/open-at.js';
import { isOfBackground } from './support/background.js';
import { startService, type TestService } from './support/service.js';

const SINCE = 'since=2026-01-01';
const SPAN = `${SINCE}&until=2026-02-01`;
/** The most entries of an index that one statement looks at. */
const MOST_ENTRIES = 5000;

/** Every documented filter of events, with values that are frequent, rare and missing. */
const FILTERS: Readonly<Record<string, readonly string[]>> = {
  type: ['type=metric', 'type=alert&type=action'],
  severity: ['severity=critical', 'severity=info&severity=error'],
  minSeverity: ['minSeverity=warning'],
  source: ['source=monitor', 'source=user&source=system&source=jarvis'],
  node: ['node=pve2', 'node=nowhere', 'node=pve1&node=pve2&node=pve3'],
  resolved: ['resolved=true', 'resolved=false'],
  span: [SINCE, SPAN],
};

/** So many different filters at once, each with each of its values. */
function combinations(count: number): string[] {
  const combine = (names: readonly string[], left: number): string[] =>
    left === 0
      ? ['']
      : names.flatMap((name, index) =>
          combine(names.slice(index + 1), left - 1).flatMap((rest) =>
            FILTERS[name]!.map((filter) => (rest ? `${filter}&${rest}` : filter)),
          ),
        );
  return combine(Object.keys(FILTERS), count);
}

/** The lists that walk one index to the last row, with that index. */
const LISTS: [path: string, index: string][] = [
  ['/memory/events', 'events_by_time'],
  ['/memory/events?type=alert', 'events_by_type'],
  ['/memory/events?type=alert&type=action', 'events_by_type'],
  ['/memory/events?node=pve2', 'events_by_node'],
  ['/memory/events?node=pve1&node=pve2&node=pve3', 'events_by_node'],
  ['/memory/events?source=monitor', 'events_by_source'],
  ['/memory/events?severity=critical', 'events_by_severity'],
  ['/memory/events?minSeverity=warning', 'events_by_severity'],
  ['/memory/events?resolved=false', 'events_unresolved'],
  ['/memory/events/unresolved', 'events_unresolved'],
  [`/memory/events?${SPAN}`, 'events_by_time'],
  [`/memory/events?node=pve2&${SINCE}`, 'events_by_node'],
  [`/memory/events?minSeverity=error&${SPAN}`, 'events_by_severity'],
  ['/memory/conversations', 'conversation_sessions_by_time'],
  [`/memory/conversations?${SPAN}`, 'conversation_sessions_by_time'],
  ['/memory/conversations/session-7', 'conversations_by_session'],
  ['/memory/conversations/session-7?order=desc', 'conversations_by_session'],
  ['/memory/snapshots?view=meta', 'cluster_snapshots_by_time'],
  [`/memory/snapshots?${SPAN}`, 'cluster_snapshots_by_time'],
  ['/memory/snapshots/latest', 'cluster_snapshots_by_time'],
];

/** The other lists: what is asked for twice is answered from memory. */
const BOUNDED = [...combinations(1), ...combinations(2)].filter(
  (filters) => !LISTS.some(([path]) => path === `/memory/events?${filters}`),
);

interface Statement {
  readonly sql: string;
  readonly values: readonly unknown[];
}

describe('The work of every list', () => {
  let service: TestService;
  let file: SqliteHandle;
  let reader: DataSource;

  beforeAll(async () => {
    service = await startService();
    fill(service.file);
    // The records of who may come in are read by the first request after the file has changed.
    await service.call('get', '/memory/preferences').expect(200);
    // And once more where the change feed has recorded that.
    await service.app.get(Database).tryWriting();
    await service.call('get', '/memory/preferences').expect(200);
    file = new Sqlite(service.file, { readonly: true });
    reader = service.app.get<DataSource>(getDataSourceToken(READER));
  });
  afterAll(async () => {
    file.close();
    await service.destroy();
  });

  /** The statements that a request runs, for its second page as well where it has one. */
  async function statementsOf(path: string): Promise<Statement[]> {
    const query = jest.spyOn(reader.logger, 'logQuery');
    const first = await service.call('get', path).expect(200);
    if (first.body.nextCursor) {
      await service
        .call('get', `${path}${path.includes('?') ? '&' : '?'}cursor=${first.body.nextCursor}`)
        .expect(200);
    }
    const statements = query.mock.calls.map(toStatement).filter(isOfList);
    query.mockRestore();
    expect(statements.length).toBeGreaterThan(0);
    return statements;
  }

  const toStatement = ([sql, values]: [string, unknown?, ...unknown[]]): Statement => ({
    sql,
    values: values as unknown[],
  });

  /** The text index follows what the tests have added, and snapshots are compared and packed, at the same time. */
  const isOfList = ({ sql }: Statement): boolean => !isOfBackground(sql);

  function planOf({ sql, values }: Statement): string[] {
    const rows = file.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...values) as { detail: string }[];
    return rows.map(({ detail }) => detail);
  }

  /** How many entries of an index a statement looks at, at most: what its keys are, counted by themselves. */
  function entriesOf({ sql, values }: Statement): number {
    const keys = / FROM \((SELECT (?:(?! FROM \().)* LIMIT \?)\) AS "key"/s.exec(sql)?.[1] ?? sql;
    const places = keys.split('?').length - 1;
    const bound = values.slice(0, places);
    const skipped = / OFFSET \?$/.test(keys) ? Number(bound.at(-1)) : 0;
    return (
      skipped +
      Number(
        file
          .prepare(`SELECT count(*) FROM (${keys})`)
          .pluck()
          .get(...bound),
      )
    );
  }

  /** How many bounds in time one select of keys has, at most. */
  function boundsOf(sql: string): number {
    const selects = sql.split('SELECT').map((select) => select.split(/ (?:<|>|<=|>=) /).length - 1);
    return Math.max(...selects);
  }

  function expectBounded(statements: readonly Statement[]): void {
    for (const statement of statements) {
      for (const step of planOf(statement)) {
        expect(step).not.toContain('TEMP B-TREE');
        // A scan is right only over the keys that were found, and along the index that has the order of the list.
        // Each look at another index is a search for one key.
        if (step.includes(' other ')) expect(step).toMatch(/^SEARCH .*\(timestamp=\? AND id=\?/);
        // A bound beside that of a cursor would be walked from.
        if (/_by_|_unresolved/.test(step)) expect(boundsOf(statement.sql)).toBeLessThanOrEqual(2);
        if (step.startsWith('SCAN'))
          expect(step).toMatch(
            /^SCAN (?:key|beginning|ending)$|USING COVERING INDEX \w+_by_time$|events_unresolved$/,
          );
      }
      expect(entriesOf(statement)).toBeLessThanOrEqual(MOST_ENTRIES);
    }
  }

  it.each(LISTS)('of %s walks %s, without sorting or scanning', async (path, index) => {
    const statements = await statementsOf(path);
    const listing = statements.filter(({ sql }) => sql.includes('CROSS JOIN'));
    expect(listing.length).toBeGreaterThan(0);
    for (const statement of listing) {
      expect(planOf(statement).join('\n')).toContain(`USING COVERING INDEX ${index}`);
      // No more keys than the page has rows, and one.
      expect(entriesOf(statement)).toBeLessThanOrEqual(51);
    }
    expectBounded(statements);
  });

  it.each(BOUNDED)('of events with %s has a bound', async (filters) => {
    expectBounded(await statementsOf(`/memory/events?${filters}`));
  });

  it('of events with any three filters has a bound', async () => {
    const door = service.app.get(EventsService, { strict: false });
    const query = jest.spyOn(reader.logger, 'logQuery');
    const threes = combinations(3);
    for (const filters of threes) {
      await door.findEvents({ ...parse(filters) });
    }
    const statements = query.mock.calls.map(toStatement).filter(isOfList);
    query.mockRestore();
    expect(statements.length).toBeGreaterThanOrEqual(threes.length);
    expectBounded(statements);
  });

  it('of events that were open at a moment walks an index of spans, and reads no row', () => {
    for (const { text, values } of openAtConditions('2026-01-05T12:00:00.000Z')) {
      const sql = `SELECT "timestamp", id FROM events WHERE ${text} AND "timestamp" < ? ORDER BY "timestamp" DESC, id DESC`;
      const [step, ...others] = planOf({ sql, values: [...values, '2026-01-05T12:00:00.001Z'] });
      expect(others).toEqual([]);
      expect(step).toMatch(
        / USING COVERING INDEX events_(?:unresolved \(timestamp<\?\)|by_span \(<expr>=\? AND timestamp>\? AND timestamp<\?\))$/,
      );
    }
  });

  it('reads a meta list whose states cannot be read at all', async () => {
    const { body } = await service.call('get', '/memory/snapshots?view=meta&limit=2').expect(200);
    expect(body.snapshots[0].bytes).toBeGreaterThan(0);
    const [{ sql, values } = { sql: '', values: [] }] = await statementsOf(
      '/memory/snapshots?view=meta&limit=3',
    );
    const program = file.prepare(`EXPLAIN ${sql}`).all(...values) as { opcode: string; p5: number }[];
    // OPFLAG_BYTELENARG: SQLite takes the length from the head of the row and leaves the state on its pages.
    expect(program.some(({ opcode, p5 }) => opcode === 'Column' && (p5 & 0xc0) === 0xc0)).toBe(true);
  });
});

/** Enough rows, with statistics, that the planner sees what it would see in a large file. */
function fill(path: string): void {
  const handle = new Sqlite(path);
  const moment = (unit: string): string =>
    `strftime('%Y-%m-%dT%H:%M:%fZ', 1767225600 + i * ${unit}, 'unixepoch')`;
  const numbers = (most: number): string =>
    `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${most})`;
  const pick = (words: string[]): string =>
    `json_extract('${JSON.stringify(words)}', '$[' || (i % ${words.length}) || ']')`;
  handle.exec(`${numbers(20_000)} INSERT INTO events (timestamp, type, severity, source, node, summary, resolved, resolved_at)
    SELECT ${moment('300')}, ${pick(['metric', 'status', 'action', 'metric', 'alert'])},
      ${pick(['info', 'info', 'info', 'info', 'info', 'info', 'warning', 'error', 'critical'])},
      ${pick(['monitor', 'jarvis', 'user', 'system'])}, ${pick(['pve1', 'pve2', 'pve3'])}, 'event ' || i, i % 50 <> 0,
      ${moment('301')} FROM n`);
  handle.exec(`${numbers(20_000)} INSERT INTO conversations (session_id, timestamp, role, content)
    SELECT 'session-' || (i % 200), ${moment('200')}, ${pick(['system', 'user', 'assistant'])}, 'message ' || i FROM n`);
  handle.exec(`${numbers(300)} INSERT INTO cluster_snapshots (timestamp, snapshot)
    SELECT ${moment('7200')}, json_object('i', i, 'filler', hex(zeroblob(4000))) FROM n`);
  handle.exec('ANALYZE');
  handle.close();
}
