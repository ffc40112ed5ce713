import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { getDataSourceToken } from '@nestjs/typeorm';
import Sqlite, { type Database as SqliteHandle } from 'better-sqlite3';
import type { DataSource } from 'typeorm';
import { READER } from '../src/database/index.js';
import { startService, type TestService } from './support/service.js';

const SINCE = 'since=2026-01-01';
const SPAN = `${SINCE}&until=2026-02-01`;

/** Every documented filter and the common combinations, with the index that serves a page of it. */
const LISTS: [path: string, index: string][] = [
  ['/memory/events', 'events_by_time'],
  ['/memory/events?type=alert', 'events_by_type'],
  ['/memory/events?type=alert&type=action', 'events_by_type'],
  ['/memory/events?node=pve2', 'events_by_node'],
  ['/memory/events?node=pve1&node=pve2&node=pve3', 'events_by_node'],
  ['/memory/events?source=monitor', 'events_by_source'],
  ['/memory/events?severity=critical', 'events_by_severity'],
  ['/memory/events?severity=critical&severity=error', 'events_by_severity'],
  ['/memory/events?minSeverity=warning', 'events_by_severity'],
  ['/memory/events?resolved=false', 'events_unresolved'],
  ['/memory/events/unresolved', 'events_unresolved'],
  ['/memory/events/unresolved?type=alert', 'events_unresolved_by_type'],
  ['/memory/events?type=alert&resolved=false', 'events_unresolved_by_type'],
  ['/memory/events/unresolved?node=pve2', 'events_unresolved_by_node'],
  ['/memory/events/unresolved?source=monitor', 'events_unresolved_by_source'],
  ['/memory/events/unresolved?minSeverity=error', 'events_unresolved_by_severity'],
  [`/memory/events?${SPAN}`, 'events_by_time'],
  [`/memory/events?node=pve2&${SINCE}`, 'events_by_node'],
  [`/memory/events?type=alert&${SPAN}`, 'events_by_type'],
  [`/memory/events?minSeverity=error&${SPAN}`, 'events_by_severity'],
  ['/memory/conversations', 'conversation_sessions_by_time'],
  [`/memory/conversations?${SPAN}`, 'conversation_sessions_by_time'],
  ['/memory/conversations/session-7', 'conversations_by_session'],
  ['/memory/conversations/session-7?order=desc', 'conversations_by_session'],
  ['/memory/snapshots?view=meta', 'cluster_snapshots_by_time'],
  [`/memory/snapshots?${SPAN}`, 'cluster_snapshots_by_time'],
  ['/memory/snapshots/latest', 'cluster_snapshots_by_time'],
];

describe('The plan of every list', () => {
  let service: TestService;
  let file: SqliteHandle;

  beforeAll(async () => {
    service = await startService();
    fill(service.file);
    // The records of who may come in are read by the first request after the file has changed.
    await service.call('get', '/memory/preferences').expect(200);
    file = new Sqlite(service.file, { readonly: true });
  });
  afterAll(async () => {
    file.close();
    await service.destroy();
  });

  /** The plans of the statements that a request runs, its second page as well where it has one. */
  async function plansOf(path: string): Promise<string[]> {
    const runner = service.app.get<DataSource>(getDataSourceToken(READER)).createQueryRunner();
    const query = jest.spyOn(runner, 'query');
    const first = await service.call('get', path).expect(200);
    if (first.body.nextCursor) {
      await service
        .call('get', `${path}${path.includes('?') ? '&' : '?'}cursor=${first.body.nextCursor}`)
        .expect(200);
    }
    const statements = query.mock.calls.map(([sql, values]) => ({ sql, values: values ?? [] }));
    query.mockRestore();
    return statements.flatMap(({ sql, values }) =>
      file
        .prepare(`EXPLAIN QUERY PLAN ${sql}`)
        .all(...(values as unknown[]))
        .map((row) => (row as { detail: string }).detail),
    );
  }

  it.each(LISTS)('of %s walks %s, without sorting or scanning', async (path, index) => {
    const plan = await plansOf(path);
    const steps = plan.filter((step) => /^(SCAN|SEARCH|USE)/.test(step));
    expect(plan.join('\n')).toContain(index);
    for (const step of steps) {
      expect(step).not.toContain('TEMP B-TREE');
      // A scan is right only along the index that has the order of the whole list.
      if (step.startsWith('SCAN')) expect(step).toContain(`USING INDEX ${index}`);
    }
    expect(
      steps.filter((step) => step.startsWith('SCAN')).length === 0 || !/type|node|source|everity/.test(path),
    ).toBe(true);
  });

  it('reads a meta list whose states cannot be read at all', async () => {
    const { body } = await service.call('get', '/memory/snapshots?view=meta&limit=2').expect(200);
    expect(body.snapshots[0].bytes).toBeGreaterThan(0);
    const runner = service.app.get<DataSource>(getDataSourceToken(READER)).createQueryRunner();
    const query = jest.spyOn(runner, 'query');
    await service.call('get', '/memory/snapshots?view=meta&limit=3').expect(200);
    const sql = query.mock.calls[0]![0];
    query.mockRestore();
    const program = file.prepare(`EXPLAIN ${sql}`).all(3) as { opcode: string; p5: number }[];
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
  handle.exec(`${numbers(20_000)} INSERT INTO events (timestamp, type, severity, source, node, summary, resolved)
    SELECT ${moment('300')}, ${pick(['metric', 'status', 'action', 'metric', 'alert'])},
      ${pick(['info', 'info', 'info', 'info', 'info', 'info', 'warning', 'error', 'critical'])},
      ${pick(['monitor', 'jarvis', 'user', 'system'])}, ${pick(['pve1', 'pve2', 'pve3'])}, 'event ' || i, i % 50 <> 0 FROM n`);
  handle.exec(`${numbers(20_000)} INSERT INTO conversations (session_id, timestamp, role, content)
    SELECT 'session-' || (i % 200), ${moment('200')}, ${pick(['system', 'user', 'assistant'])}, 'message ' || i FROM n`);
  handle.exec(`${numbers(300)} INSERT INTO cluster_snapshots (timestamp, snapshot)
    SELECT ${moment('7200')}, json_object('i', i, 'filler', hex(zeroblob(4000))) FROM n`);
  handle.exec('ANALYZE');
  handle.close();
}
