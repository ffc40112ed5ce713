import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { OWNER_ONLY } from '../../../files/files.js';

/** The files that together are one database: first the one without which the others mean nothing. */
export const PARTS = ['', '-wal', '-shm', '-journal'] as const;

/** What became of the rows of one table. `lost` is missing where nothing is left that could tell. */
export interface TableReport {
  readonly table: string;
  readonly saved: number;
  readonly lost?: number;
}

/** What was found wrong at a start, and done about it. It is kept beside the file until somebody takes it away. */
export interface Recovery {
  readonly at: string;
  /** Without paths: everybody may read it in the answer on health. */
  readonly summary: string;
  readonly found: string;
  readonly tables: readonly TableReport[];
  /** What could not be carried over by name: tables and views of the owner. */
  readonly left: readonly string[];
}

const SALVAGED = '.salvaged-';
const UNFINISHED = '.salvage.';
const QUARANTINED = '.corrupt-';
const REPORT = '.json';

/** Names of what lies beside a file while, and after, it is salvaged. */
export const siblingPath = {
  copy: (file: string): string => `${file}${UNFINISHED}copy`,
  unfinished: (file: string): string => `${file}${UNFINISHED}part`,
  finished: (file: string, time: string): string => `${file}${SALVAGED}${time}`,
  quarantined: (file: string, time: string): string => `${file}${QUARANTINED}${time}`,
};

/**
 * Moves a file aside and what was salvaged from it into its place. A process may die between any two steps: as long as
 * the file itself is in its place nothing has happened yet, and afterwards `finishSwap` goes on.
 */
export function swap(file: string, time: string): void {
  quarantine(file, time);
  renameSync(siblingPath.finished(file, time), file);
  syncFolder(file);
}

/** Moves all parts of a file aside, never over another. */
export function quarantine(file: string, time: string, parts: readonly string[] = PARTS): void {
  for (const part of parts) {
    if (existsSync(`${file}${part}`))
      moveOne(`${file}${part}`, `${siblingPath.quarantined(file, time)}${part}`);
  }
  syncFolder(file);
}

function moveOne(from: string, to: string): void {
  if (existsSync(to)) throw new Error(`${to} is there already.`);
  renameSync(from, to);
}

/**
 * Ends what a process began that died: a salvage that was complete takes its place, unless the file itself is still
 * there, or there again; what was not complete goes away.
 */
export function finishSwap(file: string): boolean {
  const name = basename(file);
  let isFinished = false;
  for (const found of namesBeside(file)) {
    const path = join(dirname(file), found);
    if (found.startsWith(`${name}${UNFINISHED}`)) rmSync(path, { force: true });
    if (!found.startsWith(`${name}${SALVAGED}`)) continue;
    const time = found.slice(`${name}${SALVAGED}`.length);
    isFinished = !existsSync(file);
    if (isFinished) swap(file, time);
    else for (const made of [reportPath(file, time), path]) rmSync(made, { force: true });
  }
  return isFinished;
}

/** Written before the files move, so that no move is ever without its report. */
export function writeReport(file: string, time: string, recovery: Recovery): void {
  writeFileSync(reportPath(file, time), `${JSON.stringify(recovery, null, 2)}\n`, {
    flag: 'wx',
    mode: OWNER_ONLY,
    flush: true,
  });
  syncFolder(file);
}

function reportPath(file: string, time: string): string {
  return `${siblingPath.quarantined(file, time)}${REPORT}`;
}

/** A report and where it lies. */
export interface StoredReport {
  readonly path: string;
  readonly recovery: Recovery;
}

/** The reports that nobody has taken away yet, oldest first. */
export function storedReports(file: string): StoredReport[] {
  const start = `${basename(file)}${QUARANTINED}`;
  const names = namesBeside(file).filter((name) => name.startsWith(start) && name.endsWith(REPORT));
  return names.sort().flatMap((name) => {
    const path = join(dirname(file), name);
    const recovery = readReport(path);
    return recovery ? [{ path, recovery }] : [];
  });
}

function readReport(path: string): Recovery | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Recovery;
  } catch {
    return undefined;
  }
}

function namesBeside(file: string): string[] {
  try {
    return readdirSync(dirname(file));
  } catch {
    return [];
  }
}

/** Waits until the names in the folder of a file are on disk. */
export function syncFolder(file: string): void {
  syncPath(dirname(file));
}

export function syncPath(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
