import { closeSync, fdatasyncSync, openSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import Sqlite, { type Database as SqliteHandle } from 'better-sqlite3';
import { damageIn, openReadOnly, quoted, readDatabase } from '../connection/read-only.js';
import { copyDamaged, type ProgressListener } from './compression.js';

/** Row counts by table name. */
export type RowCounts = Readonly<Record<string, number>>;

/** Pages copied between two progress reports, usually of 4 KB. */
const PAGES_PER_STEP = 1000;
const MAX_PAUSE_MS = 50;

const TABLES = `SELECT name FROM pragma_table_list
  WHERE schema = 'main' AND type = 'table' AND substr(name, 1, 7) <> 'sqlite_' ORDER BY name`;

/** @param tables default: all tables of the file except virtual ones and SQLite's own. */
export function countRows(handle: SqliteHandle, tables?: readonly string[]): RowCounts {
  const names = tables ?? handle.prepare<[], string>(TABLES).pluck().all();
  const count = (name: string): number =>
    Number(
      handle
        .prepare(`SELECT count(*) FROM ${quoted(name)}`)
        .pluck()
        .get(),
    );
  return Object.fromEntries(names.map((name) => [name, count(name)]));
}

/**
 * Copies everything committed so far, the write-ahead log included, into one self-contained file. The read transaction
 * pins the snapshot: without it, SQLite would restart the copy after each commit of another connection.
 *
 * @param target an empty file
 * @returns the row counts of the snapshot
 */
export async function copySnapshot(
  source: string,
  target: string,
  report: ProgressListener,
): Promise<RowCounts> {
  const handle = openReadOnly(source);
  const written = openSync(target, 'r+');
  try {
    handle.exec('BEGIN');
    const rows = countRows(handle);
    await handle.backup(target, {
      progress: ({ totalPages, remainingPages }) => {
        report(totalPages - remainingPages, totalPages);
        yieldDisk(written);
        return PAGES_PER_STEP;
      },
    });
    handle.exec('COMMIT');
    return rows;
  } finally {
    handle.close();
    closeSync(written);
  }
}

/** Syncs the copy, then sleeps for as long as the sync took, so that commits of the service get the disk (throttling). */
function yieldDisk(descriptor: number): void {
  const begun = performance.now();
  fdatasyncSync(descriptor);
  const pause = Math.min(performance.now() - begun, MAX_PAUSE_MS);
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pause);
}

/** Switches a copy from WAL, which its header inherits, to a rollback journal: readers then create no files beside it. */
export function leaveWalMode(file: string): void {
  const handle = new Sqlite(file, { fileMustExist: true });
  try {
    handle.pragma('journal_mode = DELETE');
  } finally {
    handle.close();
  }
}

/** @throws Error with the code `COPY_DAMAGED` where the copy is damaged or its row counts differ. */
export function verifyCopy(file: string, expected: RowCounts): void {
  readDatabase(file, (handle) => {
    const finding = damageIn(handle);
    if (finding !== undefined) throw copyDamaged(finding);
    const found = countRows(handle);
    const differing = Object.keys({ ...expected, ...found }).find((name) => found[name] !== expected[name]);
    if (differing !== undefined) {
      throw copyDamaged(`${differing} has ${found[differing]} rows instead of ${expected[differing]}`);
    }
  });
}
