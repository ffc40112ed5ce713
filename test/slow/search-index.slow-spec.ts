import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import Sqlite from 'better-sqlite3';
import { Database } from '../../src/database/index.js';
import { runCli, startCli } from '../support/cli.js';
import { startService, temporaryFolder } from '../support/service.js';

const EVENTS = `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
  INSERT INTO events (timestamp, type, severity, source, node, summary, details)
  SELECT '2026-11-22T20:15:00.000Z', 'alert', 'warning', 'monitor', 'pve-0' || (i % 3), 'backup of vm ' || i || ' failed', '{"vmid":' || i || '}' FROM n`;
const MESSAGES = `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
  INSERT INTO conversations (session_id, timestamp, role, content)
  SELECT 'long', '2026-11-22T20:15:00.000Z', 'user', 'how is vm ' || i || '?' FROM n`;

let folder: string;
let file: string;

beforeEach(async () => {
  folder = await temporaryFolder();
  const service = await startService({ folder });
  ({ file } = service);
  await service.stop();
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function sql<Row>(statement: string, ...values: unknown[]): Row[] {
  const handle = new Sqlite(file, { timeout: 10_000 });
  // The tables inside a text index can be written only so.
  handle.unsafeMode();
  try {
    const prepared = handle.prepare<unknown[], Row>(statement);
    if (prepared.reader) return prepared.all(...values);
    prepared.run(...values);
    return [];
  } finally {
    handle.close();
  }
}

const indexedRows = (): number =>
  sql<{ rows: number }>('SELECT sum(rows) AS rows FROM search_marks')[0]!.rows;

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(20);
}

const run = (...args: string[]): ReturnType<typeof runCli> => runCli(args, { DB_PATH: file });

async function expectInOrder(): Promise<void> {
  const { code, stdout } = await run('check');
  expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('in order') });
}

/** An index of 700 events and 300 messages. */
async function anIndex(): Promise<void> {
  sql(EVENTS, 700);
  sql(MESSAGES, 300);
  expect(await run('reindex', '--quiet')).toMatchObject({ code: 0, stdout: '', stderr: '' });
  expect(indexedRows()).toBe(1000);
}

describe('jarvis-memory check', () => {
  it.each([
    [
      'a row that the index lost',
      'DELETE FROM search_events WHERE rowid = 300',
      'search_events: events .*: 1',
    ],
    [
      'a row that only the index has',
      'DROP TRIGGER search_messages_on_delete; DELETE FROM conversations WHERE id = 7',
      'search_messages: messages .*: 1',
    ],
    [
      'another text',
      `DELETE FROM search_events WHERE rowid = 1; INSERT INTO search_events (rowid, body, tags) VALUES (1, 'other', '')`,
      'events: rows that the text index does not find .*of 200 .*: 1',
    ],
    ['a wrong number of rows', 'UPDATE search_marks SET rows = rows + 1', 'search_marks: .*: 2'],
  ])('finds %s, and reindex mends it', async (_, change, finding) => {
    await anIndex();
    const handle = new Sqlite(file);
    handle.exec(change);
    handle.close();
    const { code, stdout } = await run('check');
    expect({ code, stdout }).toEqual({ code: 2, stdout: expect.stringMatching(finding) });
    expect(stdout).toContain('`jarvis-memory reindex` makes it again');
    expect(await run('reindex')).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/Indexed (1000|999) rows\.\n$/),
    });
    expect((await run('check')).stdout).not.toMatch(/! .*(?:search_|index)/);
  });

  it('does not look at what is to be indexed again', async () => {
    await anIndex();
    sql(`UPDATE events SET summary = 'quorum lost' WHERE id < 50`);
    await expectInOrder();
  });

  it('sees damage inside the index', async () => {
    await anIndex();
    sql(`UPDATE search_events_data SET block = x'00' WHERE id = (SELECT max(id) FROM search_events_data)`);
    expect(await run('check')).toMatchObject({ code: 2, stdout: expect.stringContaining('search_events') });
    expect(await run('reindex', '--quiet')).toMatchObject({ code: 0 });
    await expectInOrder();
  });
});

describe('jarvis-memory reindex', () => {
  it('makes the index again while a service runs, which goes on writing', async () => {
    await anIndex();
    const database = await Database.open({ file, logger: false });
    const over = new AbortController();
    const writing = (async () => {
      while (!over.signal.aborted) {
        await database.write({ text: EVENTS.replaceAll('?', '3'), values: [] }, 'events');
        await sleep(5);
      }
    })();
    expect(await run('reindex', '--quiet')).toMatchObject({ code: 0, stderr: '' });
    over.abort();
    await writing;
    await database.onApplicationShutdown();
    expect(indexedRows()).toBeGreaterThanOrEqual(1000);
    await expectInOrder();
  });

  it('killed in the middle, leaves an index that reaches less far, and that the service lets grow', async () => {
    sql(EVENTS, 8_000);
    const { process } = startCli(['reindex'], { DB_PATH: file });
    await until(() => indexedRows() > 1000);
    process.kill('SIGKILL');
    await new Promise((resolve) => process.once('exit', resolve));
    expect(indexedRows()).toBeLessThan(8_000);
    await expectInOrder();
    const database = await Database.open({ file, logger: false });
    await until(() => indexedRows() > 7_700);
    await database.onApplicationShutdown();
    await expectInOrder();
    // 8 000 rows are indexed twice, whatever the machine does beside.
  }, 300_000);
});
