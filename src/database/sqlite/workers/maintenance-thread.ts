// The worker thread of a maintenance task. Such a task reads every row or page, which takes processor and disk time that
// must not block the event loop of the service. The thread runs one task, posts its result and ends.
import { statSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import type { Database as SqliteHandle } from 'better-sqlite3';
import type { SourceModule, SourceProgram } from '../../copy/source-program.js';
import type { BackupSource } from '../backup/backup.js';
import { compress, type ProgressListener } from '../backup/compression.js';
import { copySnapshot, countRows, leaveWalMode, verifyCopy, type RowCounts } from '../backup/copy.js';
import { COMPRESSION_RATIO, requireRoom } from '../backup/room.js';
import { DAMAGE_CODE, damageIn, readDatabase } from '../connection/read-only.js';
import { lowerThreadPriority } from './thread-priority.js';

export interface CopyInput {
  readonly source: BackupSource;
  /** An empty file. */
  readonly copy: string;
  /** Path of the compressed copy, if any. */
  readonly packed: string | undefined;
}

export interface CountInput {
  readonly file: string;
  readonly tables: readonly string[];
}

export interface Progress {
  readonly step: 'copy' | 'verify' | 'compress';
  readonly done: number;
  readonly total: number;
}

export type Tasks = typeof TASKS;
/** The last message is `done` or `failed`. */
export type MaintenanceMessage =
  | { readonly kind: 'progress'; readonly progress: Progress }
  | { readonly kind: 'done'; readonly output: unknown }
  | { readonly kind: 'failed'; readonly message: string; readonly code: string | undefined };

const TASKS = { copy, count, check };

async function copy({ source, copy: target, packed }: CopyInput): Promise<RowCounts> {
  const rows = await (typeof source === 'string'
    ? copySnapshot(source, target, reportOf('copy'))
    : copyRows(source, target));
  leaveWalMode(target);
  reportOf('verify')(0, 1);
  verifyCopy(target, rows);
  if (packed === undefined) return rows;
  requireRoom(packed, statSync(target).size * COMPRESSION_RATIO);
  await compress(target, packed, reportOf('compress'));
  return rows;
}

/** What makes the tables is loaded for it alone. */
async function copyRows({ url, input }: SourceProgram, target: string): Promise<RowCounts> {
  const { fillArchive } = await import('../copy/archive.js');
  const { withSource } = (await import(url)) as SourceModule;
  const report = { copy: reportOf('copy'), verify: reportOf('verify') };
  await withSource(input, (source) => fillArchive(target, source, report));
  return readDatabase(target, (handle) => countRows(handle));
}

function count({ file, tables }: CountInput): RowCounts {
  return readDatabase(file, (handle) => countRows(handle, tables));
}

/**
 * Checks a file that is being served, table by table, so that the thread can be terminated in between.
 *
 * @returns the first finding, if any.
 */
function check(file: string): string | undefined {
  try {
    return readDatabase(file, firstDamageIn);
  } catch (error) {
    const { message, code = '' } = error as Error & { code?: string };
    // A lock, or a disk that does not respond, is no damage.
    return DAMAGE_CODE.test(code) ? message : undefined;
  }
}

function firstDamageIn(handle: SqliteHandle): string | undefined {
  const tables = handle.prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck();
  for (const table of tables.all()) {
    const damage = damageIn(handle, table);
    if (damage !== undefined) return damage;
  }
  return undefined;
}

function reportOf(step: Progress['step']): ProgressListener {
  return (done, total) => {
    post({ kind: 'progress', progress: { step, done, total } });
  };
}

function post(message: MaintenanceMessage): void {
  parentPort?.postMessage(message);
}

lowerThreadPriority();
try {
  const { task, input } = workerData as { task: keyof Tasks; input: never };
  post({ kind: 'done', output: await TASKS[task](input) });
} catch (error) {
  const { message, code } = error as Error & { code?: string };
  post({ kind: 'failed', message, code });
}
