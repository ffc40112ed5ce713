import { copyFileSync, renameSync } from 'node:fs';
import { expect } from '@jest/globals';
import Sqlite, { type Database as SqliteHandle } from 'better-sqlite3';
import { openBlockSync, type StoredBlock } from '../../src/columns/index.js';

/** What a database file holds: its schema, and every row of every table. */
export interface Content {
  readonly schema: readonly SchemaRow[];
  readonly tables: Readonly<Record<string, readonly Row[]>>;
}

export interface SchemaRow {
  readonly type: string;
  readonly name: string;
  readonly tbl_name: string;
  readonly sql: string | null;
}

export type Row = Readonly<Record<string, unknown>>;

export interface FirstBackendOptions {
  /** How many events; there are two thirds as many messages and a tenth as many snapshots. */
  readonly rows?: number;
  /** With the columns that that backend gained later. */
  readonly isLater?: boolean;
  /** With the other tables of that backend, and what people added to it by hand. */
  readonly hasOthers?: boolean;
  readonly journal?: 'delete' | 'wal';
  /** Leaves rows in a write-ahead log, or an unfinished transaction in a rollback journal, as a power cut does. */
  readonly cutOff?: boolean;
}

/** The tables of the first Jarvis backend that this service takes over, with the column of their moments. */
export const TIMESTAMP_COLUMNS = {
  events: ['timestamp', 'resolved_at'],
  conversations: ['timestamp'],
  cluster_snapshots: ['timestamp'],
  preferences: ['updated_at'],
} as const;

const UNREADABLE = ["(datetime('now'))", 'yesterday', '', '1732310100'];
const START = Date.UTC(2025, 0, 31, 23, 0, 0);

/** The same moment in the forms in which that backend and its predecessors wrote it. */
const TIMESTAMP_FORMATS: readonly ((moment: Date) => string)[] = [
  (moment) => plain(moment),
  (moment) => plain(moment),
  (moment) => moment.toISOString(),
  (moment) => `${shifted(moment, 5.5).toISOString().slice(0, 19)}+05:30`,
  (moment) => plain(moment),
  (moment) => `${shifted(moment, -8).toISOString().slice(0, 19)}-08:00`,
  (moment) => moment.toISOString().slice(0, 19),
  (moment) => `${moment.toISOString().slice(0, 19)}Z`,
];

/** @returns the moment of the n-th row of a table: later rows are mostly later, and some share one. */
export function timeOfRow(index: number): Date {
  return new Date(START + Math.floor(index / 2) * 61_000 - (index % 50 === 49 ? 86_400_000 : 0));
}

/** Whether the n-th row of a table has an unreadable timestamp. */
export function isUnreadable(index: number): boolean {
  return index % 29 < 2 || (index > 300 && index < 360);
}

function written(index: number): string {
  if (isUnreadable(index)) return UNREADABLE[index % UNREADABLE.length]!;
  return TIMESTAMP_FORMATS[index % TIMESTAMP_FORMATS.length]!(timeOfRow(index));
}

function plain(moment: Date): string {
  return moment.toISOString().slice(0, 19).replace('T', ' ');
}

function shifted(moment: Date, hours: number): Date {
  return new Date(moment.getTime() + hours * 3_600_000);
}

/**
 * Makes a file as the first Jarvis backend made it.
 * @returns what it holds, as that backend would read it.
 */
export function makeFirstBackendFile(file: string, options: FirstBackendOptions = {}): Content {
  const { rows = 300, hasOthers = false, journal = 'delete', cutOff = false } = options;
  const handle = new Sqlite(file);
  handle.pragma(`journal_mode = ${journal}`);
  if (cutOff && journal === 'wal') handle.pragma('wal_autocheckpoint = 0');
  handle.exec(tables(options));
  handle.transaction(() => {
    fill(handle, rows, options);
    if (hasOthers) handle.exec(OTHER_TABLES);
  })();
  const content = contentOf(handle);
  if (cutOff) leaveUncleanCopy(handle, file, journal);
  else handle.close();
  return content;
}

/** Leaves the files of an unclean end: copies them during a transaction, and puts the copies in place. */
function leaveUncleanCopy(handle: SqliteHandle, file: string, journal: 'delete' | 'wal'): void {
  if (journal === 'delete') {
    // Pages of the unfinished transaction reach the file only when they no longer fit into the cache.
    handle.pragma('cache_size = 10');
    handle.exec(`BEGIN; UPDATE events SET summary = 'never committed' || randomblob(300)`);
  }
  const names = journal === 'wal' ? ['', '-wal'] : ['', '-journal'];
  for (const name of names) copyFileSync(`${file}${name}`, `${file}${name}.left`);
  handle.close();
  for (const name of names) renameSync(`${file}${name}.left`, `${file}${name}`);
}

function tables({ isLater = false }: FirstBackendOptions): string {
  const now = `text NOT NULL DEFAULT (datetime('now'))`;
  const later = isLater ? 'input_tokens integer, output_tokens integer, cost_usd TEXT,' : '';
  return `
    CREATE TABLE events (id integer PRIMARY KEY AUTOINCREMENT, timestamp ${now}, type text NOT NULL,
      severity text ${isLater ? '' : 'NOT NULL'} DEFAULT 'info', source text NOT NULL, node text, summary text NOT NULL,
      details text, resolved integer DEFAULT 0, resolved_at text, resolved_by text);
    CREATE TABLE conversations (id integer PRIMARY KEY AUTOINCREMENT, session_id text NOT NULL, timestamp ${now},
      role text NOT NULL, content text NOT NULL, model text, tokens_used integer, ${later} tool_calls text);
    CREATE TABLE cluster_snapshots (id integer PRIMARY KEY AUTOINCREMENT, timestamp ${now}, snapshot text NOT NULL);
    CREATE TABLE preferences (key text PRIMARY KEY, value text NOT NULL, updated_at ${now});`;
}

function fill(handle: SqliteHandle, rows: number, options: FirstBackendOptions): void {
  for (let index = 0; index < rows; index++) insert(handle, 'events', eventRow(index, options));
  for (let index = 0; index < (rows * 2) / 3; index++) {
    insert(handle, 'conversations', messageRow(index, options));
  }
  for (let index = 0; index < rows / 10; index++) {
    const snapshot =
      index % 7 === 6 ? 'no JSON at all' : JSON.stringify({ z: index, a: [{ b: null }, 'ü 🚨'] });
    insert(handle, 'cluster_snapshots', { timestamp: written(index), snapshot });
  }
  for (let index = 0; index < 40; index++) {
    insert(handle, 'preferences', {
      key: `key.${index}/ü`,
      value: `value ${index}`,
      updated_at: written(index),
    });
  }
  // A row that was given an id and is gone: its id must not come back.
  handle.exec(`DELETE FROM events WHERE id = (SELECT max(id) FROM events)`);
}

const DETAILS = [
  JSON.stringify({ mount: '/var/lib/vz', used: 91.4, deep: [{ z: 1, a: null }] }),
  'just text, with "quotes" and ümlauts',
  null,
  '[1,"two"]',
  '42',
];

function eventRow(index: number, { isLater = false }: FirstBackendOptions): Row {
  const resolution = [0, 1, isLater ? null : 0][index % 3];
  return {
    timestamp: written(index),
    type: ['alert', 'action', 'status', 'metric'][index % 4],
    severity: isLater && index % 11 === 0 ? null : ['info', 'warning', 'error', 'critical'][index % 4],
    source: ['monitor', 'user', 'jarvis', 'system'][(index >> 2) % 4],
    node: index % 5 === 0 ? null : `pve${index % 4}`,
    summary: `event ${index} 🚨`,
    details: DETAILS[index % DETAILS.length],
    resolved: resolution,
    resolved_at: resolution === 1 ? written(index + 1) : null,
    resolved_by: resolution === 1 ? 'user' : null,
  };
}

function messageRow(index: number, { isLater = false }: FirstBackendOptions): Row {
  const later = {
    input_tokens: index % 3 ? index : null,
    output_tokens: 7,
    cost_usd: index % 2 ? '0.0068' : null,
  };
  return {
    session_id: `chat ${(index * 7) % 23}`,
    timestamp: written(index),
    role: ['user', 'assistant', 'system', 'tool'][index % 4],
    content: index % 17 === 0 ? '' : `message ${index}\nwith a second line`,
    model: index % 4 === 1 ? 'claude' : null,
    tokens_used: index % 5 ? index : null,
    ...(isLater ? later : {}),
    tool_calls: index % 4 === 3 ? '[{"name":"node_status"}]' : null,
  };
}

function insert(handle: SqliteHandle, table: string, row: Row): void {
  const names = Object.keys(row);
  const places = names.map(() => '?').join(', ');
  handle.prepare(`INSERT INTO ${table} (${names.join(', ')}) VALUES (${places})`).run(...Object.values(row));
}

const OTHER_TABLES = `
  ALTER TABLE events ADD COLUMN cluster text DEFAULT 'home';
  ALTER TABLE conversations ADD COLUMN "user rating" integer;
  UPDATE events SET cluster = 'lab' WHERE id % 3 = 0;
  UPDATE conversations SET "user rating" = id % 6;
  CREATE TABLE autonomy_actions (id integer PRIMARY KEY, event_id integer REFERENCES events (id),
    timestamp text NOT NULL DEFAULT (datetime('now')), action text, payload blob);
  INSERT INTO autonomy_actions SELECT id, id, '2025-02-01 10:00:00', 'restart ' || node, randomblob(20) FROM events;
  CREATE INDEX autonomy_actions_by_event ON autonomy_actions (event_id);
  CREATE TABLE memories (key text PRIMARY KEY, value text, "a ""quoted"" column" real) WITHOUT ROWID;
  INSERT INTO memories VALUES ('first', '(datetime(''now''))', 1.5), ('second', NULL, NULL);
  CREATE TABLE "an ""odd"" name" (x);
  CREATE TABLE changes (what text, id integer);
  CREATE INDEX idx_events_type ON events (type);
  CREATE INDEX "events by day" ON events (substr(timestamp, 1, 10)) WHERE node IS NOT NULL;
  CREATE VIEW open_alerts AS SELECT id, timestamp, summary FROM events WHERE type = 'alert' AND resolved = 0;
  CREATE TRIGGER note_new_event AFTER INSERT ON events BEGIN INSERT INTO changes VALUES ('new', NEW.id); END;
  CREATE VIRTUAL TABLE notes USING fts5 (body);
  INSERT INTO notes VALUES ('the night that pve2 was slow');
`;

/** Everything that a database file holds but the statistics of SQLite's own planner, read through a connection or, on its own, from the file. */
export function contentOf(source: string | SqliteHandle): Content {
  if (typeof source === 'string') {
    const handle = new Sqlite(source, { readonly: true, fileMustExist: true });
    try {
      return contentOf(handle);
    } finally {
      handle.close();
    }
  }
  const schema = source
    .prepare(
      `SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_stat%' ORDER BY type, name`,
    )
    .all() as SchemaRow[];
  const names = schema.filter(({ type }) => type === 'table').map(({ name }) => name);
  return { schema, tables: Object.fromEntries(names.map((name) => [name, rowsOf(source, name)])) };
}

function rowsOf(handle: SqliteHandle, table: string): Row[] {
  const rows = handle.prepare(`SELECT * FROM "${table.replaceAll('"', '""')}" ORDER BY 1`).all() as Row[];
  return table === 'cluster_snapshots' ? rows.map((row) => asBefore(row, handle)) : rows;
}

/** A snapshot as the first backend has it, packed or not. */
function asBefore(row: Row, handle: SqliteHandle): Row {
  const { block_id: id, block_index: index, bytes, ...kept } = row;
  if (row['snapshot'] !== '' || typeof id !== 'number') return kept;
  const stored = handle.prepare('SELECT body, digest FROM snapshot_blocks WHERE id = ?').get(id);
  const snapshot = openBlockSync(stored as StoredBlock).textAt(Number(index));
  expect(Buffer.byteLength(snapshot)).toBe(bytes);
  return { ...kept, snapshot };
}
