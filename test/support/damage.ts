import { createHash } from 'node:crypto';
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { Database } from '../../src/database/index.js';
import { temporaryFolder } from './service.js';

/** A folder with a database of this service in it, and every row that was ever written to it. */
export interface WrittenDatabase {
  readonly folder: string;
  readonly truth: RowsByTable;
}

/** By table: the text of each row. */
export type RowsByTable = Readonly<Record<string, ReadonlySet<string>>>;

export const TABLES = ['events', 'conversations', 'cluster_snapshots', 'preferences', 'notes_of_mine'];
export const EVENTS = 1500;
const MESSAGES = 900;
const SNAPSHOTS = 25;
const PREFERENCES = 60;

/** The same numbers for the same seed (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const moment = (index: number): string => new Date(Date.UTC(2026, 0, 1) + index * 61_000).toISOString();

/**
 * Makes a database with a table of the owner in it.
 * @param isCutOff leaves it as a kill does: with a log in which the last rows are.
 */
export async function writeDatabase(isCutOff: boolean, mark = 'row'): Promise<WrittenDatabase> {
  const folder = await temporaryFolder();
  const file = join(folder, 'jarvis.db');
  const database = await Database.open({ file, logger: false });
  const handle = new Sqlite(file);
  handle.pragma('synchronous = OFF');
  fill(handle, mark, 1);
  handle.pragma('wal_checkpoint(TRUNCATE)');
  // Every row of the log is a row that the file does not have, and changes pages that it has.
  handle.transaction(() => {
    for (let index = 0; index < 40; index++) insertEvent(handle, `${mark} in the log`, EVENTS + index);
    handle.exec(`UPDATE preferences SET value = '${mark} changed' WHERE key LIKE '%7'`);
  })();
  const truth = rowsByTable(handle);
  const kept = isCutOff ? await copyOf(folder) : folder;
  handle.close();
  await database.onApplicationShutdown();
  return { folder: kept, truth };
}

function fill(handle: Sqlite.Database, mark: string, first: number): void {
  handle.exec(
    'CREATE TABLE notes_of_mine (id integer PRIMARY KEY, body text); CREATE INDEX mine ON notes_of_mine (body)',
  );
  handle.transaction(() => {
    for (let index = first; index < EVENTS; index++) insertEvent(handle, mark, index);
    const message = handle.prepare(
      `INSERT INTO conversations (session_id, timestamp, role, content, tokens_used) VALUES (?, ?, 'user', ?, ?)`,
    );
    for (let index = 0; index < MESSAGES; index++) {
      message.run(
        `chat ${index % 37}`,
        moment(index),
        `${mark} ${index} ${'what was said '.repeat(index % 30)}`,
        index,
      );
    }
    const snapshot = handle.prepare('INSERT INTO cluster_snapshots (timestamp, snapshot) VALUES (?, ?)');
    for (let index = 0; index < SNAPSHOTS; index++) {
      snapshot.run(moment(index), JSON.stringify({ mark, index, nodes: 'n'.repeat(index * 900) }));
    }
    const preference = handle.prepare('INSERT INTO preferences VALUES (?, ?, ?)');
    for (let index = 0; index < PREFERENCES; index++)
      preference.run(`${mark}.${index}`, `${mark} ${index}`, moment(index));
    const note = handle.prepare('INSERT INTO notes_of_mine VALUES (?, ?)');
    for (let index = 1; index < 200; index++) note.run(index * 3, `${mark} note ${index}`);
  })();
}

function insertEvent(handle: Sqlite.Database, mark: string, index: number): void {
  handle
    .prepare(
      `INSERT INTO events (timestamp, type, severity, source, node, summary, details) VALUES (?, 'alert', 'info', 'user', ?, ?, ?)`,
    )
    .run(
      moment(index),
      `pve${index % 5}`,
      `${mark} ${index} 🚨`,
      JSON.stringify({ index, text: 'x'.repeat(index % 90) }),
    );
}

export async function copyOf(folder: string): Promise<string> {
  const copy = await temporaryFolder();
  cpSync(folder, copy, { recursive: true });
  return copy;
}

const copies: string[] = [];

/** Damages a copy of the folder; `removeCopies` removes it. */
export async function damaged(from: WrittenDatabase, damage: (file: string) => void): Promise<string> {
  const folder = await copyOf(from.folder);
  copies.push(folder);
  damage(join(folder, 'jarvis.db'));
  return folder;
}

export function removeCopies(): void {
  for (const folder of copies.splice(0)) rmSync(folder, { recursive: true, force: true });
}

/** Overwrites the pages that the query selects with invalid bytes. */
export function wipe(file: string, pages: string): void {
  const handle = new Sqlite(file);
  const numbers = handle.prepare(pages).pluck().all() as number[];
  handle.close();
  const bytes = readFileSync(file);
  for (const page of numbers) bytes.fill(0xff, (page - 1) * 4096, page * 4096);
  writeFileSync(file, bytes);
}

/** The quarantined files and their report. */
export const quarantinedIn = (folder: string): string[] =>
  readdirSync(folder).filter((name) => name.includes('.corrupt-'));

export function rowsByTable(handle: Sqlite.Database): RowsByTable {
  return Object.fromEntries(TABLES.map((table) => [table, new Set(rowsOf(handle, table))]));
}

export function rowsOf(handle: Sqlite.Database, table: string): string[] {
  const isThere = handle.prepare('SELECT 1 FROM sqlite_schema WHERE name = ?').get(table) !== undefined;
  return isThere
    ? handle
        .prepare(`SELECT * FROM ${table}`)
        .raw()
        .all()
        .map((row) => JSON.stringify(row))
    : [];
}

const digest = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');

/** Digests of the files in a folder, except shared memory and locks. */
export function bytesIn(folder: string): Map<string, string> {
  const names = readdirSync(folder).filter((name) => !/-shm$|\.lock$/.test(name));
  const files = names.filter((name) => statSync(join(folder, name)).isFile());
  return new Map(files.map((name) => [name, digest(join(folder, name))]));
}

/** Whether a part of the database is still in the folder unchanged, in place or quarantined. */
export function isPreserved(folder: string, part: string, before: string): boolean {
  const names = readdirSync(folder).filter((name) => name.startsWith('jarvis.db') && name.endsWith(part));
  return names.some((name) => existsSync(join(folder, name)) && digest(join(folder, name)) === before);
}
