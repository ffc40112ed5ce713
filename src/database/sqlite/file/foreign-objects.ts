import Sqlite, { type Database as SqliteHandle } from 'better-sqlite3';
import type { QueryRunner } from 'typeorm';
import { migrations } from '../../../../migrations/index.js';
import { tablesWhere } from '../../catalogue.js';
import { quoted } from '../connection/read-only.js';

/** What a file defines, as SQLite reads it: by the text. Type and name beside it may say anything. */
export interface Definition {
  readonly type: string;
  readonly name: string;
  readonly table: string;
  readonly page: number;
  readonly sql: string;
}

/** What lies in a file that our migrations did not make. */
export interface ForeignObjects {
  /** Triggers and views: what they do is done whenever somebody writes or reads. In words. */
  readonly active: readonly string[];
  /** Whatever touches the tables of access. In words. */
  readonly onAccess: readonly string[];
}

/** The tables that say who may do what. Whoever else writes them gives himself every right. */
const ACCESS = new RegExp(
  tablesWhere(({ entry }) => entry.role === 'running' && entry.access !== undefined).join('|'),
  'i',
);
const ACTIVE = /^\s*CREATE\s+(?:TRIGGER|VIEW)\b/i;
const LONGEST_NAME = 60;

/** @throws an error with the code of SQLite where the definitions cannot be read. */
export function definitionsIn(handle: SqliteHandle): Definition[] {
  const all = handle.prepare(
    `SELECT CAST(ifnull(type, '') AS text) AS type, CAST(ifnull(name, '') AS text) AS name,
       CAST(ifnull(tbl_name, '') AS text) AS "table",
       CAST(rootpage AS integer) AS page, CAST(ifnull(sql, '') AS text) AS sql FROM sqlite_schema`,
  );
  return all.all() as Definition[];
}

/**
 * Compares the definitions in a file with those that our migrations make. A definition that uses a table of access has
 * the name of the table in its text, however it is quoted: SQLite knows no escapes in names. The same holds for a view or
 * a trigger through which the table is reached. A comment with the name is refused as well, for no definition of ours has
 * one.
 */
export function findForeignObjects(
  found: readonly Definition[],
  ours: readonly Definition[],
): ForeignObjects {
  const known = new Set(ours.map(identityOf));
  const others = found.filter((one) => !known.has(identityOf(one)));
  const active = others.filter(({ type, sql }) => /^(?:trigger|view)$/i.test(type) || ACTIVE.test(sql));
  const onAccess = others.filter(({ name, table, sql }) => ACCESS.test(`${name} ${table} ${sql}`));
  return {
    active: active.map(describe),
    onAccess: [...onAccess, ...definitionsOfSharedPages(found)].map(describe),
  };
}

function identityOf({ type, name, table, sql }: Definition): string {
  return [type, name, table, sql].join('\0');
}

/** Definitions that name the page of another one: a second name of its table. */
function definitionsOfSharedPages(found: readonly Definition[]): Definition[] {
  const first = new Map<number, Definition>();
  return found.filter((one) => {
    if (!(one.page > 0)) return false;
    if (first.has(one.page)) return true;
    first.set(one.page, one);
    return false;
  });
}

/** For logs, terminals and health: one line, whatever somebody has called it. */
function describe({ type, name, table }: Definition): string {
  return `${toOneLine(type)} "${toOneLine(name)}"${table === name ? '' : ` on "${toOneLine(table)}"`}`;
}

function toOneLine(text: string): string {
  const shown = text.replace(/[^\p{L}\p{N}\p{P}\p{S} ]/gu, '?');
  return shown.length > LONGEST_NAME ? `${shown.slice(0, LONGEST_NAME)}…` : shown;
}

let made: Promise<readonly (readonly Definition[])[]> | undefined;

/** What so many of our migrations make of an empty file, in the order in which they are run. */
export async function definitionsOfOurs(count = migrations.length): Promise<readonly Definition[]> {
  made ??= runAll();
  return (await made)[count] ?? [];
}

async function runAll(): Promise<Definition[][]> {
  const handle = new Sqlite(':memory:');
  const runner = { query: (sql: string) => Promise.resolve(run(handle, sql)) } as unknown as QueryRunner;
  try {
    const all = [definitionsIn(handle)];
    for (const Migration of migrations) {
      await new Migration().up(runner);
      all.push(definitionsIn(handle));
    }
    return all;
  } finally {
    handle.close();
  }
}

function run(handle: SqliteHandle, sql: string): unknown {
  const statement = handle.prepare(sql);
  return statement.reader ? statement.all() : statement.run();
}

/**
 * The largest id that may have been given out. Past the safe integers two rows would be answered with one id, and past
 * those of SQLite no row can be written; so much is left that nobody gets there by writing.
 */
export const LARGEST_ID = Number.MAX_SAFE_INTEGER - 1_000_000_000;
/** What an import may bring: then as many rows again can be written before a start refuses the file. */
export const LARGEST_IMPORTED_ID = LARGEST_ID - 1_000_000_000;

/** The first table of ours whose ids are nearly used up: by the last that was given out, or by a row. */
export function exhaustedIn(handle: SqliteHandle, tables: readonly string[]): string | undefined {
  const isRecorded =
    handle.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'sqlite_sequence'").get() !== undefined;
  return WITH_IDS.filter((table) => tables.includes(table)).find((table) => {
    const largest = handle.prepare(`SELECT 1 FROM ${quoted(table)} WHERE _rowid_ > ? LIMIT 1`);
    const last = isRecorded && handle.prepare('SELECT 1 FROM sqlite_sequence WHERE name = ? AND seq > ?');
    return largest.get(LARGEST_ID) !== undefined || (last && last.get(table, LARGEST_ID) !== undefined);
  });
}

const WITH_IDS = tablesWhere(({ hasGeneratedIds }) => hasGeneratedIds);
