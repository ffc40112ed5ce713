import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Database as SqliteHandle } from 'better-sqlite3';
import { DataSource } from 'typeorm';
import { migrationOptions } from '../ormconfig.js';
import { CATALOGUE, entryOf, isRebuilt, CONTENT_TABLES } from '../src/database/catalogue.js';
import { MIGRATIONS_TABLE } from '../src/database/migrations.table.js';
import { sqliteHandle } from '../src/database/sqlite/connection/handle.js';

let dataSource: DataSource;
let handle: SqliteHandle;
beforeAll(async () => {
  dataSource = await new DataSource(migrationOptions(':memory:')).initialize();
  await dataSource.runMigrations();
  handle = sqliteHandle(dataSource);
});
afterAll(() => dataSource.destroy());

interface Column {
  readonly name: string;
  readonly pk: number;
}

const tables = (): string[] =>
  handle
    .prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
    .pluck()
    .all();
const columnsOf = (table: string): Column[] => handle.pragma(`table_info("${table}")`) as Column[];

describe('The catalogue of a freshly migrated database', () => {
  it('has an entry for every table', () => {
    expect(tables().filter((name) => entryOf(name) === undefined)).toEqual([]);
  });

  it('would tell of a table without one', () => {
    handle.exec('CREATE TABLE forgotten (id integer PRIMARY KEY)');
    try {
      expect(tables().filter((name) => entryOf(name) === undefined)).toEqual(['forgotten']);
    } finally {
      handle.exec('DROP TABLE forgotten');
    }
  });

  it.each(CATALOGUE)('has the columns that $name has', ({ name, columns }) => {
    expect(columns.map(({ column }) => column).sort()).toEqual(
      columnsOf(name)
        .map((column) => column.name)
        .sort(),
    );
  });

  it.each(Object.values(CONTENT_TABLES))('knows the key of $name', ({ name, key }) => {
    expect(columnsOf(name).filter(({ pk }) => pk > 0)).toMatchObject([{ name: key }]);
  });

  it.each(CATALOGUE)('says whether $name gives out ids', ({ name, hasGeneratedIds, entry }) => {
    const sql = handle.prepare('SELECT sql FROM sqlite_schema WHERE name = ?').pluck().get(name);
    expect(/AUTOINCREMENT/i.test(String(sql))).toBe(hasGeneratedIds);
    if (hasGeneratedIds) expect(Object.entries(entry.columns)).toContainEqual(['id', 'id']);
  });

  it.each(CATALOGUE)('names the timestamps of $name, so that they are checked', ({ name, columns }) => {
    if (name === MIGRATIONS_TABLE) return;
    const named = columns.filter(({ form }) => form === 'timestamp').map(({ column }) => column);
    expect(named).toEqual(
      columns.map(({ column }) => column).filter((one) => one === 'timestamp' || one.endsWith('_at')),
    );
  });
});

describe('What is made again', () => {
  it('is what is derived, and what a fresh file has by itself', () => {
    const made = CATALOGUE.map(({ name }) => name).filter(isRebuilt);
    expect(made).toEqual([
      'conversation_sessions',
      'conversation_usage',
      'event_counts',
      'search_events',
      'search_messages',
      'search_marks',
      'search_stale',
      'search_terms',
      'snapshot_changes',
      'snapshots_to_compare',
      'secrets',
      'login_attempts',
      'leases',
      'storage_samples',
      'conversation_usage_changes',
      'event_counts_changes',
      'feed_head',
      'feed_topics',
      'feed_changes',
      'memory_migrations',
    ]);
    expect(isRebuilt('a table of the owner')).toBe(false);
  });

  it('counts with a virtual table the tables that keep its rows', () => {
    const entry = {
      role: 'derived',
      name: 'search',
      columns: { body: 'plain' },
      check: undefined,
      shadowPrefix: 'search_',
    } as const;
    const search = { name: 'search', columns: [], hasGeneratedIds: false, entry };
    expect(entryOf('search_content', [search])).toBe(entry);
    expect(entryOf('searches', [search])).toBeUndefined();
    expect(entryOf('events_content')).toBeUndefined();
  });
});
