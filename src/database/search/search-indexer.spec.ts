import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import Sqlite from 'better-sqlite3';
import { Database } from '../database.js';
import { checkFile } from '../sqlite/recovery/integrity-check.js';

let folder: string;
let file: string;
let database: Database;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'jarvis-memory-test-'));
  file = join(folder, 'memory.db');
  database = await Database.open({ file, logger: false });
});
afterEach(async () => {
  await database.onApplicationShutdown();
  rmSync(folder, { recursive: true });
});

const EVENT = `INSERT INTO events ("timestamp", type, severity, source, node, summary, details)
  SELECT '2026-11-22T20:15:00.000Z', 'alert', 'warning', 'monitor', 'pve-0' || (value % 3), 'backup of vm ' || value || ' failed', '{"vmid":' || value || '}'
  FROM json_each(?)`;

async function addEvents(first: number, count: number): Promise<void> {
  const numbers = JSON.stringify(Array.from({ length: count }, (_, index) => first + index));
  await database.write((manager) => manager.query(EVENT, [numbers]), 'events');
}

function query<Row>(sql: string, ...values: unknown[]): Row[] {
  const handle = new Sqlite(file);
  try {
    return handle.prepare(sql).all(...values) as Row[];
  } finally {
    handle.close();
  }
}

const markOf = (kind: string): unknown =>
  query('SELECT mark, rows FROM search_marks WHERE kind = ?', kind)[0];
const found = (match: string): number[] =>
  query<{ id: number }>(
    'SELECT rowid AS id FROM search_events WHERE search_events MATCH ? ORDER BY rowid',
    match,
  ).map(({ id }) => id);

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 20));
}
const isIndexed = (mark: number) => () => (markOf('event') as { mark: number }).mark >= mark;
const nothingStale = (): boolean => query('SELECT 1 FROM search_stale').length === 0;

describe('SearchIndexer', () => {
  it('leaves the few newest rows to the searches, and takes a batch of them in', async () => {
    await addEvents(1, 255);
    expect(markOf('event')).toEqual({ mark: 0, rows: 0 });
    await addEvents(256, 1);
    await until(isIndexed(256));
    expect(markOf('event')).toEqual({ mark: 256, rows: 256 });
    expect(found('"failing" AND "xnpve01"')).toHaveLength(86);
    expect(query(`SELECT documents FROM search_terms WHERE kind = 'event' AND term = 'backup'`)).toEqual([
      { documents: 256 },
    ]);
    expect((await checkFile(file)).findings).toEqual([]);
  });

  it('begins with what is there when the database is opened', async () => {
    await database.onApplicationShutdown();
    const handle = new Sqlite(file);
    handle.prepare(EVENT).run(JSON.stringify(Array.from({ length: 1000 }, (_, index) => index)));
    handle.close();
    database = await Database.open({ file, logger: false });
    await until(isIndexed(768));
    expect((await checkFile(file)).findings).toEqual([]);
  });

  it('loses a deleted row at once, and notes what others change or add below the mark', async () => {
    await addEvents(1, 300);
    await until(isIndexed(256));
    const handle = new Sqlite(file);
    handle.prepare('DELETE FROM events WHERE id IN (7, 8, 290)').run();
    handle.prepare("UPDATE events SET summary = 'quorum lost' WHERE id IN (9, 280)").run();
    handle
      .prepare(EVENT.replace('("timestamp"', '(id, "timestamp"').replace('SELECT ', 'SELECT 8, '))
      .run('[8]');
    expect(handle.prepare('SELECT kind, id FROM search_stale ORDER BY id').raw().all()).toEqual([
      ['event', 8],
      ['event', 9],
      ['event', 280],
    ]);
    handle.close();
    expect(markOf('event')).toEqual({ mark: 256, rows: 254 });
    expect(found('"vm"')).not.toContain(7);
    expect((await checkFile(file)).findings).toEqual([]);
    await addEvents(301, 256);
    await until(isIndexed(512));
    await until(nothingStale);
    expect(found('"quorum"')).toEqual([9, 280]);
    // Without a count, a search would take the word for one that no row has.
    expect(query("SELECT 1 FROM search_terms WHERE kind = 'event' AND term = 'quorum'")).toHaveLength(1);
    expect(found('"vm"')).toContain(8);
    expect(markOf('event')).toEqual({ mark: 513, rows: 511 });
    expect((await checkFile(file)).findings).toEqual([]);
  });

  it('notes what is added after the table was emptied and its ids begin again', async () => {
    await addEvents(1, 300);
    await until(isIndexed(256));
    const handle = new Sqlite(file);
    handle.exec("DELETE FROM events; DELETE FROM sqlite_sequence WHERE name = 'events'");
    handle.prepare(EVENT).run('[1, 2]');
    handle.prepare(EVENT).run('[3]');
    expect(handle.prepare('SELECT id FROM search_stale ORDER BY id').pluck().all()).toEqual([1, 2, 3]);
    handle.close();
  });
});
