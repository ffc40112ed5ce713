import Sqlite, { type Database as SqliteHandle } from 'better-sqlite3';
import type { QueryRunner } from 'typeorm';
import { migrations } from '../../../../migrations/sqlite/index.js';
import { tablesWhere } from '../../catalogue.js';
import { quoted } from '../connection/read-only.js';

/** A row of `sqlite_schema`. SQLite follows the SQL text only: type and name may have been forged. */
export interface Definition {
  readonly type: string;
  readonly name: string;
  readonly table: string;
  readonly page: number;
  readonly sql: string;
}

/** Objects in a file that the migrations did not create, each described in words. */
export interface ForeignObjects {
  /** Triggers and views, which run on writes and reads. */
  readonly active: readonly string[];
  /** Objects that refer to tables of access control. */
  readonly onAccess: readonly string[];
}

/** The tables of access control. A foreign trigger or view on them could grant any role. */
const ACCESS_TABLES = new RegExp(
  tablesWhere(({ entry }) => entry.role === 'operational' && entry.access !== undefined).join('|'),
  'i',
);
const TRIGGER_OR_VIEW = /^\s*CREATE\s+(?:TRIGGER|VIEW)\b/i;
const MAX_NAME_LENGTH = 60;

/** @throws an SQLite error where the definitions cannot be read. */
export function definitionsIn(handle: SqliteHandle): Definition[] {
  const all = handle.prepare(
    `SELECT CAST(ifnull(type, '') AS text) AS type, CAST(ifnull(name, '') AS text) AS name,
       CAST(ifnull(tbl_name, '') AS text) AS "table",
       CAST(rootpage AS integer) AS page, CAST(ifnull(sql, '') AS text) AS sql FROM sqlite_schema`,
  );
  return all.all() as Definition[];
}

/**
 * Compares the definitions in a file with those of the migrations. A definition that uses a table of access control has
 * its name in the text, however it is quoted: SQLite has no escapes in identifiers. The same holds for a view or trigger
 * in between. A comment with the name is refused as well: no definition of the migrations has one.
 */
export function findForeignObjects(
  found: readonly Definition[],
  ours: readonly Definition[],
): ForeignObjects {
  const known = new Set(ours.map(identityOf));
  const others = found.filter((one) => !known.has(identityOf(one)));
  const active = others.filter(
    ({ type, sql }) => /^(?:trigger|view)$/i.test(type) || TRIGGER_OR_VIEW.test(sql),
  );
  const onAccess = others.filter(({ name, table, sql }) => ACCESS_TABLES.test(`${name} ${table} ${sql}`));
  return {
    active: active.map(describe),
    onAccess: [...onAccess, ...definitionsWithSharedPage(found)].map(describe),
  };
}

function identityOf({ type, name, table, sql }: Definition): string {
  return [type, name, table, sql].join('\0');
}

/** Definitions that share the root page of another one: aliases of its table. */
function definitionsWithSharedPage(found: readonly Definition[]): Definition[] {
  const first = new Map<number, Definition>();
  return found.filter((one) => {
    if (!(one.page > 0)) return false;
    if (first.has(one.page)) return true;
    first.set(one.page, one);
    return false;
  });
}

/** For logs, terminals and health: one line of printable characters, whatever the name is. */
function describe({ type, name, table }: Definition): string {
  return `${toOneLine(type)} "${toOneLine(name)}"${table === name ? '' : ` on "${toOneLine(table)}"`}`;
}

function toOneLine(text: string): string {
  const shown = text.replace(/[^\p{L}\p{N}\p{P}\p{S} ]/gu, '?');
  return shown.length > MAX_NAME_LENGTH ? `${shown.slice(0, MAX_NAME_LENGTH)}…` : shown;
}

let definitionsByCount: Promise<readonly (readonly Definition[])[]> | undefined;

/** The definitions that the first `count` migrations create in an empty file. */
export async function ownDefinitions(count = migrations.length): Promise<readonly Definition[]> {
  definitionsByCount ??= runAll();
  return (await definitionsByCount)[count] ?? [];
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
 * The largest id of a usable file. Beyond `MAX_SAFE_INTEGER` JSON would round ids, and beyond 2^63 SQLite cannot insert;
 * the headroom is more than any client can use up.
 */
export const MAX_ID = Number.MAX_SAFE_INTEGER - 1_000_000_000;
/** The largest id of an import, which leaves the same headroom again before a start refuses the file. */
export const MAX_IMPORTED_ID = MAX_ID - 1_000_000_000;

/** The first table whose ids are nearly used up, by its sequence or by its largest row id. */
export function findExhaustedTable(handle: SqliteHandle, tables: readonly string[]): string | undefined {
  const isRecorded =
    handle.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'sqlite_sequence'").get() !== undefined;
  return TABLES_WITH_IDS.filter((table) => tables.includes(table)).find((table) => {
    const largest = handle.prepare(`SELECT 1 FROM ${quoted(table)} WHERE _rowid_ > ? LIMIT 1`);
    const last = isRecorded && handle.prepare('SELECT 1 FROM sqlite_sequence WHERE name = ? AND seq > ?');
    return largest.get(MAX_ID) !== undefined || (last && last.get(table, MAX_ID) !== undefined);
  });
}

const TABLES_WITH_IDS = tablesWhere(({ hasGeneratedIds }) => hasGeneratedIds);
