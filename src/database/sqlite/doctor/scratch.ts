import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite, { type Database as SqliteHandle } from 'better-sqlite3';
import { syncPath } from '../../../files/files.js';
import { codeOf } from '../../../problems/errors.js';
import { broken, describeDurations, good, limit, percentile, type Finding } from '../../finding.js';
import { programUrl } from '../../program-url.js';
import { prepareWriter } from '../connection/settings.js';
import { ATTEMPT } from './lock-attempt-codes.js';

const COMMITS = 50;
const COMMITS_WITHIN_MS = 1500;
const SLOW_COMMIT_MS = 1000;
const MAX_ATTEMPT_MS = 3000;

/** What the folder of a database can do, shown with a small database that is there for a moment. */
export async function tryFolder(folder: string): Promise<Finding[]> {
  let scratch: string;
  try {
    scratch = mkdtempSync(join(folder, '.jarvis-memory-doctor-'));
  } catch (error) {
    const why = `This account cannot write in ${folder} (${codeOf(error) ?? String(error)}).`;
    return [broken('folder', why, 'Use the account of the service.')];
  }
  try {
    const synced = await checkNames(scratch);
    const file = join(scratch, 'scratch.db');
    return [synced, ...(await tryFile(file))];
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** New files are there after a power cut only where their folder was synced. */
async function checkNames(folder: string): Promise<Finding> {
  return syncPath(folder).then(
    () => good('folder', 'It can be written, and its names can be synced to the disk.'),
    (error: unknown) =>
      limit(
        'folder',
        `Its names cannot be synced (${codeOf(error) ?? String(error)}).`,
        'A power cut may lose new files.',
      ),
  );
}

async function tryFile(file: string): Promise<Finding[]> {
  let handle: SqliteHandle | undefined;
  try {
    handle = new Sqlite(file);
    prepareWriter(handle);
    const mode = handle.pragma('journal_mode = WAL', { simple: true });
    if (mode !== 'wal')
      return [broken('write-ahead log', 'SQLite cannot have one here: it needs shared memory.')];
    handle.exec('CREATE TABLE written (id integer PRIMARY KEY, value text)');
    return [measureCommits(handle), ...(await checkLocks(handle))];
  } catch (error) {
    return [broken('write-ahead log', `SQLite cannot write here: ${String(error)}`)];
  } finally {
    handle?.close();
  }
}

function measureCommits(handle: SqliteHandle): Finding {
  const insert = handle.prepare("INSERT INTO written (value) VALUES ('a small row')");
  const durations: number[] = [];
  const deadline = performance.now() + COMMITS_WITHIN_MS;
  do {
    const begun = performance.now();
    insert.run();
    durations.push(performance.now() - begun);
  } while (durations.length < COMMITS && performance.now() < deadline);
  const told = `A commit, synced to the disk, takes ${describeDurations(durations)}.`;
  if (percentile(durations, 0.5) < SLOW_COMMIT_MS) return good('commits', told);
  return limit('commits', told, 'Writes that arrive together share one, and each waits for it.');
}

/** While this process writes, another one must be locked out, and see what was committed before. */
async function checkLocks(handle: SqliteHandle): Promise<Finding[]> {
  handle.exec('BEGIN IMMEDIATE');
  const code = await attemptElsewhere(handle.name);
  handle.exec('ROLLBACK');
  const seen = good('write-ahead log', 'It can be had: another process sees what was committed.');
  if (code === ATTEMPT.WAS_LOCKED_OUT)
    return [
      seen,
      good('locks', 'They exclude: what one process writes, another one cannot write meanwhile.'),
    ];
  if (code === ATTEMPT.GOT_THE_LOCK)
    return [seen, broken('locks', 'They exclude nobody: two processes would damage the file.')];
  if (code === ATTEMPT.SEES_NOTHING)
    return [broken('write-ahead log', 'Another process does not see what was committed.')];
  return [limit('locks', 'This could not be found out: a second process could not open the scratch file.')];
}

/** @returns its exit code; null where it did not end in time. */
async function attemptElsewhere(file: string): Promise<number | null> {
  const child = fork(programUrl(import.meta.url, './lock-attempt.js'), [file], {
    stdio: 'ignore',
    timeout: MAX_ATTEMPT_MS,
    execArgv: [],
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  return code;
}
