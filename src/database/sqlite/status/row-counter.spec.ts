import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import Sqlite, { type Database as SqliteHandle } from 'better-sqlite3';
import { RowCounter } from './row-counter.js';

const STRIDE = 10;
const TABLES = `
  CREATE TABLE events (id integer PRIMARY KEY, "timestamp" text NOT NULL);
  CREATE TABLE conversations (id integer PRIMARY KEY, session_id text NOT NULL, "timestamp" text NOT NULL);
  CREATE TABLE cluster_snapshots (id integer PRIMARY KEY, "timestamp" text NOT NULL);
  CREATE TABLE preferences (key text PRIMARY KEY);`;
const EMPTY = { events: 0, conversations: 0, cluster_snapshots: 0, preferences: 0 };

describe('RowCounter', () => {
  let folder: string;
  let writer: SqliteHandle;
  let reader: SqliteHandle;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'jarvis-memory-test-'));
    writer = new Sqlite(join(folder, 'rows.db'));
    writer.pragma('journal_mode = WAL');
    writer.exec(TABLES);
    reader = new Sqlite(join(folder, 'rows.db'), { readonly: true });
  });
  afterEach(() => {
    for (const handle of [reader, writer]) handle.close();
    rmSync(folder, { recursive: true });
  });

  /** Rows of which several share a moment, and that came in no order. */
  function addEvents(rows: number): void {
    const insert = writer.prepare('INSERT INTO events ("timestamp") VALUES (?)');
    for (let index = 0; index < rows; index++) insert.run(`2026-11-22T20:15:0${(index * 7) % 3}.000Z`);
  }

  async function counted(counter: RowCounter): Promise<Record<string, number>> {
    counter.refresh();
    while (counter.isCounting) await nextTurn();
    return Object.fromEntries(counter.counts);
  }

  it.each([0, 1, STRIDE - 1, STRIDE, STRIDE + 1, 5 * STRIDE - 1, 5 * STRIDE, 5 * STRIDE + 1])(
    'counts %d rows exactly',
    async (rows) => {
      addEvents(rows);
      expect(await counted(new RowCounter(reader, 0, STRIDE))).toEqual({ ...EMPTY, events: rows });
    },
  );

  it('counts every table along its own columns', async () => {
    for (let index = 0; index < 33; index++) {
      writer
        .prepare('INSERT INTO conversations (session_id, "timestamp") VALUES (?, ?)')
        .run(`s${index % 2}`, 't');
      writer.prepare('INSERT INTO cluster_snapshots ("timestamp") VALUES (?)').run('t');
      writer.prepare('INSERT INTO preferences VALUES (?)').run(`key ${index}`);
    }
    expect(await counted(new RowCounter(reader, 0, STRIDE))).toEqual({
      events: 0,
      conversations: 33,
      cluster_snapshots: 33,
      preferences: 33,
    });
  });

  it('is done at once with small tables, and lets others have their turn at each stride of large ones', () => {
    const counter = new RowCounter(reader, 0, STRIDE);
    addEvents(STRIDE - 1);
    counter.refresh();
    expect(counter.counts.get('events')).toBe(STRIDE - 1);
    addEvents(1);
    counter.refresh();
    expect(counter.isCounting).toBe(true);
    expect(counter.counts.get('events')).toBe(STRIDE - 1);
  });

  it('does not count again before the count is old', async () => {
    const counter = new RowCounter(reader, 60_000, STRIDE);
    expect(await counted(counter)).toEqual(EMPTY);
    addEvents(1);
    expect(await counted(counter)).toEqual(EMPTY);
  });

  it('counts again only where something was written, and says that the count is still right', async () => {
    const counter = new RowCounter(reader, 0, STRIDE);
    await counted(counter);
    const counts = counter.counts;
    await counted(counter);
    expect(counter.counts).toBe(counts);
    writer.exec('DELETE FROM events');
    addEvents(2);
    expect(await counted(counter)).toEqual({ ...EMPTY, events: 2 });
  });

  it('does not begin a second count while one runs', async () => {
    addEvents(5 * STRIDE);
    const counter = new RowCounter(reader, 0, STRIDE);
    for (let times = 0; times < 20; times++) counter.refresh();
    expect(await counted(counter)).toEqual({ ...EMPTY, events: 5 * STRIDE });
  });

  it('keeps the last count where the database fails, in the middle as well', async () => {
    addEvents(5 * STRIDE);
    const counter = new RowCounter(reader, 0, STRIDE);
    await counted(counter);
    addEvents(1);
    counter.refresh();
    reader.close();
    expect(await counted(counter)).toEqual({ ...EMPTY, events: 5 * STRIDE });
    expect(await counted(counter)).toEqual({ ...EMPTY, events: 5 * STRIDE });
  });
});
