import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import Sqlite, { type Database as SqliteHandle } from 'better-sqlite3';
import { Maintenance } from '../workers/maintenance.js';
import { RowCounter } from './row-counter.js';

describe('RowCounter', () => {
  let folder: string;
  let writer: SqliteHandle;
  let reader: SqliteHandle;
  let maintenance: Maintenance;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'jarvis-memory-test-'));
    writer = new Sqlite(join(folder, 'rows.db'));
    writer.pragma('journal_mode = WAL');
    writer.exec('CREATE TABLE events (id integer PRIMARY KEY); CREATE TABLE "odd ""name" (key text)');
    reader = new Sqlite(join(folder, 'rows.db'), { readonly: true });
    maintenance = new Maintenance();
  });
  afterEach(async () => {
    await maintenance.stop();
    for (const handle of [reader, writer]) handle.close();
    rmSync(folder, { recursive: true });
  });

  const counterOf = (maxAgeMs: number): RowCounter =>
    new RowCounter(reader, ['events', 'odd "name'], maintenance, maxAgeMs);

  function addEvents(rows: number): void {
    const insert = writer.prepare('INSERT INTO events DEFAULT VALUES');
    for (let index = 0; index < rows; index++) insert.run();
  }

  it('counts every table', async () => {
    const counter = counterOf(0);
    addEvents(33);
    await counter.refresh();
    expect(counter.counts).toEqual({ events: 33, 'odd "name': 0 });
  });

  it('shows the last count, with its age, while a new one is being made', async () => {
    const counter = counterOf(0);
    await counter.refresh();
    const { counts, countedAt } = counter;
    addEvents(1);
    const refreshed = counter.refresh();
    // A concurrent call begins no second count.
    await counter.refresh();
    expect(counter).toMatchObject({ counts, countedAt });
    await refreshed;
    expect(counter.counts).toMatchObject({ events: 1 });
    expect(counter.countedAt).toBeGreaterThanOrEqual(countedAt!);
  });

  it('does not count again before the count is old', async () => {
    const counter = counterOf(60_000);
    await counter.refresh();
    addEvents(1);
    await counter.refresh();
    expect(counter.counts).toMatchObject({ events: 0 });
  });

  it('counts again only where something was written, and says that the count is still right', async () => {
    const counter = counterOf(0);
    await counter.refresh();
    const { counts } = counter;
    await counter.refresh();
    expect(counter.counts).toBe(counts);
    writer.exec('DELETE FROM events');
    addEvents(2);
    await counter.refresh();
    expect(counter.counts).toMatchObject({ events: 2 });
  });

  it('keeps the last count where the database fails', async () => {
    const counter = counterOf(0);
    addEvents(5);
    await counter.refresh();
    const { countedAt } = counter;
    writer.exec('ALTER TABLE events RENAME TO others');
    await counter.refresh();
    reader.close();
    await counter.refresh();
    expect(counter).toMatchObject({ counts: { events: 5 }, countedAt });
  });
});
