import Sqlite, { type Database as SqliteHandle } from 'better-sqlite3';
import { migrations } from '../../../../../migrations/sqlite/index.js';
import { codeOf } from '../../../../problems/errors.js';
import { isDamage, sqliteCodeOf } from '../../connection/errors.js';
import { HAS_NO_TEXT } from '../../../blocks/read-block.js';
import { packedColumnOf } from '../../../catalogue.js';
import { damageIn, quoted } from '../../connection/read-only.js';
import { MIGRATIONS_TABLE } from '../../../migrations.table.js';
import { freeBytesBeside } from '../../disk/disk-space.js';
import { FileRefused } from '../../file/header.js';
import { makeByMigrations } from '../../file/migrator.js';
import { putInPlace, removeParts, sizeOfParts, takeAccessFrom } from '../../file/parts.js';
import {
  QUARANTINED,
  removeReport,
  writeReport,
  type RecoveryReport,
  type TableReport,
} from '../quarantine.js';
import { finishReplacement, replace } from '../replacement.js';
import { copyRows } from './rows.js';
import { lastId } from './scan.js';
import { objectsOf, SchemaTransfer } from './schema.js';
import { graftSchema, openCopy } from './source.js';

type Salvaged = Pick<RecoveryReport, 'tables' | 'left'>;

const NAMES = { ready: '.salvaged-', replaced: QUARANTINED };
/** The working copy of the damaged file, and the fresh file while it is filled. */
const unfinishedPaths = (file: string): { copy: string; fresh: string } => ({
  copy: `${file}.salvage.copy`,
  fresh: `${file}.salvage.part`,
});

/** The gap left in the ids where the last id given out is unknown. */
const ID_GAP = 1_000_000n;
const SPARE_BYTES = 16 * 1_048_576;

/**
 * Copies what can be read of a damaged file into a fresh one, which replaces it. The damaged file is not written to; it is
 * moved to `<file>.corrupt-<time>`, with a report beside it.
 *
 * @param found the damage, in words.
 * @throws FileRefused where there is not enough space for the fresh file; the damaged file is unchanged.
 */
export async function salvage(file: string, time: string, found: string): Promise<RecoveryReport> {
  requireRoom(file);
  const { fresh } = unfinishedPaths(file);
  try {
    const salvaged = await makeFresh(file);
    takeAccessFrom(file, fresh);
    await putInPlace(fresh, `${file}${NAMES.ready}${time}`);
    const report = { at: new Date().toISOString(), summary: summaryOf(salvaged), found, ...salvaged };
    await writeReport(file, time, report);
    await replace(file, time, NAMES);
    return report;
  } catch (error) {
    throw isFull(error) ? noRoom() : error;
  } finally {
    await removeUnfinished(file);
  }
}

/**
 * Completes an interrupted salvage whose fresh file was ready; rolls back any other.
 * @returns whether a salvage was completed.
 */
export async function finishSalvage(file: string): Promise<boolean> {
  await removeUnfinished(file);
  return finishReplacement(file, NAMES, (time) => removeReport(file, time));
}

async function removeUnfinished(file: string): Promise<void> {
  for (const path of Object.values(unfinishedPaths(file))) await removeParts(path);
}

/** The working copy and the fresh file both need space. */
function requireRoom(file: string): void {
  const wanted = 2 * sizeOfParts(file) + SPARE_BYTES;
  if (freeBytesBeside(file) < wanted) throw noRoom(Math.ceil(wanted / 1_048_576));
}

function noRoom(wantedMb?: number): FileRefused {
  const reason = 'It is damaged, and there is not enough free space to salvage what can be read of it.';
  return new FileRefused(wantedMb === undefined ? reason : `${reason} ${wantedMb} MB are needed.`, reason);
}

function isFull(error: unknown): boolean {
  return ['ENOSPC', 'SQLITE_FULL'].includes(codeOf(error) ?? '');
}

async function makeFresh(file: string): Promise<Salvaged> {
  const paths = unfinishedPaths(file);
  let source = openCopy(file, paths.copy);
  try {
    await makeByMigrations(paths.fresh, appliedTo(source));
    const fresh = new Sqlite(paths.fresh);
    try {
      for (const setting of ['journal_mode = MEMORY', 'synchronous = OFF', 'foreign_keys = OFF']) {
        fresh.pragma(setting);
      }
      source = withSchema(source, fresh);
      return fill(fresh, source);
    } finally {
      fresh.close();
    }
  } finally {
    source.close();
  }
}

/** The applied migrations; all of them where the table cannot be read. */
function appliedTo(source: SqliteHandle): string[] {
  const all = migrations.map(({ name }) => name);
  try {
    const names = source.prepare(`SELECT name FROM "${MIGRATIONS_TABLE}"`).pluck().all() as string[];
    const applied = all.filter((name) => names.includes(name));
    return applied.length > 0 ? applied : all;
  } catch {
    return all;
  }
}

function withSchema(source: SqliteHandle, fresh: SqliteHandle): SqliteHandle {
  const readable = objectsOf(source);
  const names = new Set(readable.map(({ name }) => name));
  const isComplete = objectsOf(fresh).every(({ type, name }) => type !== 'table' || names.has(name));
  return isComplete ? source : graftSchema(source, readable, fresh);
}

function fill(fresh: SqliteHandle, source: SqliteHandle): Salvaged {
  const schema = new SchemaTransfer(fresh, source, objectsOf(source));
  const tables = schema.makeTables().map((table) => {
    const report = copyTable(source, fresh, table, schema.isOurs(table));
    keepSequence(source, fresh, table, report.lost === 0);
    return report;
  });
  schema.finish();
  const reports = withoutLostTexts(fresh, tables);
  const damage = damageIn(fresh);
  if (damage !== undefined) throw new Error(`What was salvaged is not in order: ${damage}`);
  return { tables: reports, left: schema.left };
}

/** A packed row whose block was lost is lost. */
function withoutLostTexts(fresh: SqliteHandle, tables: readonly TableReport[]): TableReport[] {
  return tables.map((report) => {
    if (packedColumnOf(report.table) === undefined) return report;
    const { changes } = fresh.prepare(`DELETE FROM ${quoted(report.table)} WHERE ${HAS_NO_TEXT}`).run();
    const lost = report.lost === undefined ? undefined : { lost: report.lost + changes };
    return { ...report, saved: report.saved - changes, ...lost };
  });
}

/** A table that is missing or has an invalid definition counts as unreadable. */
function copyTable(source: SqliteHandle, fresh: SqliteHandle, table: string, isOurs: boolean): TableReport {
  try {
    return copyRows(source, fresh, table, isOurs);
  } catch (error) {
    if (isDamage(error) || sqliteCodeOf(error) === 'SQLITE_ERROR') return { table, saved: 0 };
    throw error;
  }
}

/** Carries the AUTOINCREMENT sequence over: an id is never reused, whether its row was saved or not. */
function keepSequence(source: SqliteHandle, fresh: SqliteHandle, table: string, isWhole: boolean): void {
  const definition = fresh.prepare('SELECT sql FROM sqlite_schema WHERE name = ?').pluck().get(table);
  if (typeof definition !== 'string' || !/AUTOINCREMENT/i.test(definition)) return;
  const largestId = fresh.prepare(`SELECT ifnull(max(_rowid_), 0) FROM ${quoted(table)}`).pluck();
  const largest = largestId.safeIntegers().get() as bigint;
  const known = lastId(source, table);
  const gap = isWhole ? 0n : ID_GAP;
  const next = known === undefined || known < largest ? largest + gap : known;
  fresh.prepare('DELETE FROM sqlite_sequence WHERE name = ?').run(table);
  fresh.prepare('INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)').run(table, next);
}

function summaryOf({ tables, left }: Salvaged): string {
  const saved = tables.reduce((sum, table) => sum + table.saved, 0);
  const lost = tables.reduce((sum, table) => sum + (table.lost ?? 0), 0);
  const unknown = tables.filter((table) => table.lost === undefined).length;
  const parts = [
    `${saved} rows were salvaged`,
    `${lost} are known to be lost`,
    ...(unknown > 0 ? [`of ${unknown} tables nobody can tell how many`] : []),
    ...(left.length > 0 ? [`${left.length} things of yours were not carried over`] : []),
  ];
  return `The database was damaged: ${parts.join(', ')}.`;
}
