import { closeSync, fdatasyncSync, openSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import Sqlite, { type Database as SqliteHandle } from 'better-sqlite3';
import { damageIn, openToRead, quoted, readDatabase } from '../connection/read-only.js';
import { copyDamaged, type Report } from './compression.js';

/** The rows of each table, by its name. */
export type RowCounts = Readonly<Record<string, number>>;

/** Pages between two reports, of 4 KB as a rule. */
const PAGES_AT_ONCE = 1000;
const LONGEST_PAUSE_MS = 50;

const TABLES = `SELECT name FROM pragma_table_list
  WHERE schema = 'main' AND type = 'table' AND substr(name, 1, 7) <> 'sqlite_' ORDER BY name`;

/** @param tables those of the file but SQLite's own and virtual ones, where it is left out. */
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
 * Copies what is committed at this moment, with what is still in the write-ahead log, into a file that needs no other.
 * The open read transaction holds the moment: without it, each commit of a service that writes would make SQLite
 * begin the copy again.
 *
 * @param target an empty file
 * @returns what the source held at that moment
 */
export async function copySnapshot(source: string, target: string, report: Report): Promise<RowCounts> {
  const handle = openToRead(source);
  const written = openSync(target, 'r+');
  try {
    handle.exec('BEGIN');
    const rows = countRows(handle);
    await handle.backup(target, {
      progress: ({ totalPages, remainingPages }) => {
        report(totalPages - remainingPages, totalPages);
        yieldDisk(written);
        return PAGES_AT_ONCE;
      },
    });
    handle.exec('COMMIT');
    return rows;
  } finally {
    handle.close();
    closeSync(written);
  }
}

/** Syncs the file that is being written, then leaves the disk to others for as long as that kept it busy. */
function yieldDisk(descriptor: number): void {
  const begun = performance.now();
  fdatasyncSync(descriptor);
  const pause = Math.min(performance.now() - begun, LONGEST_PAUSE_MS);
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pause);
}

/** Takes a file out of WAL: the copy says of itself what its source is, and a reader would make files beside it. */
export function leaveWalMode(file: string): void {
  const handle = new Sqlite(file, { fileMustExist: true });
  try {
    handle.pragma('journal_mode = DELETE');
  } finally {
    handle.close();
  }
}

/** @throws Error with the code `COPY_DAMAGED` where the copy is damaged, or does not hold what it should. */
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
