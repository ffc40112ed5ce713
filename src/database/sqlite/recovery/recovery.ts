import { existsSync, statSync } from 'node:fs';
import type { LoggerService } from '@nestjs/common';
import ms from 'ms';
import { fileNameTimestamp } from '../../../time/time.js';
import { isDamage } from '../connection/errors.js';
import { FileRefused, fileKindOf, type FileKind } from '../file/header.js';
import { findDamage, inspect, requireOwnFile } from '../file/inspection.js';
import type { FileLock, RunRecord } from '../file/lock.js';
import { moveParts } from '../file/parts.js';
import { hasFrames, walMismatch } from '../file/write-ahead-log.js';
import { QUARANTINED, writeReport, type TableReport } from './quarantine.js';
import { finishSalvage, salvage } from './salvage/salvage.js';

/** Files up to this size are checked before they are served; larger ones, after a clean end, in the background. */
const MAX_BYTES_CHECKED_AT_START = 128 * 1_048_576;

/**
 * Recovers a file from an unclean end or from damage. The original is always kept whole, in quarantine.
 *
 * @param lock without one nothing is changed.
 * @returns whether the file still has to be checked in the background, because it is large.
 * @throws FileRefused where the file is of another program, or cannot be salvaged.
 */
export async function recover(
  file: string,
  lock: FileLock | undefined,
  log: LoggerService,
): Promise<boolean> {
  const run = lock?.previous;
  if (lock && (await finishSalvage(file))) {
    log.warn(`Ended a salvage of ${file} that was cut off at its last step.`);
  }
  if (run?.ended === null) warnOfUncleanEnd(file, run, log);
  if (lock) await quarantineForeignLog(file, run, log);
  const kind = fileKindOf(file);
  const isCheckedNow = mustCheckNow(file, run);
  const found = await damageOf(file, kind, isCheckedNow);
  if (found === undefined) return !isCheckedNow;
  if (!lock) {
    throw new FileRefused(`it is damaged (${found}), and nothing can be made beside it.`, 'It is damaged.');
  }
  await salvageAndLog(file, found, log);
  return false;
}

function mustCheckNow(file: string, run: RunRecord | undefined): boolean {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  return size <= MAX_BYTES_CHECKED_AT_START || run?.ended === null || run?.metDamage === true;
}

/** Files that this service has never served are not checked here: the migrations refuse what they cannot read. */
async function damageOf(file: string, kind: FileKind, isCheckedNow: boolean): Promise<string | undefined> {
  if (kind === 'none') {
    return hasFrames(`${file}-wal`)
      ? 'the file is missing or empty, but its write-ahead log is not'
      : undefined;
  }
  try {
    const state = inspect(file);
    await requireOwnFile(state);
    return state.applied.length > 0 && isCheckedNow ? findDamage(file) : undefined;
  } catch (error) {
    if (kind === 'marked' && isDamage(error)) return (error as Error).message;
    throw error;
  }
}

function warnOfUncleanEnd(file: string, run: RunRecord, log: LoggerService): void {
  const written = ['', '-wal'].map(
    (part) => statSync(`${file}${part}`, { throwIfNoEntry: false })?.mtimeMs ?? 0,
  );
  const last = Math.max(...written, Date.parse(run.started));
  const ago = ms(Math.max(0, Math.round(Date.now() - last)), { long: true });
  log.warn(
    `The last process (${run.pid}) did not close the database: it was killed, or the machine lost power. ` +
      `It last wrote ${ago} ago, at ${new Date(last).toISOString()}.`,
  );
  if (run.logSalt !== null && existsSync(file) && !existsSync(`${file}-wal`)) {
    log.warn(
      'Its write-ahead log is gone: unless another program has opened the file since, what was written last is lost.',
    );
  }
}

/** SQLite would apply the log to the file and overwrite good pages. */
async function quarantineForeignLog(
  file: string,
  run: RunRecord | undefined,
  log: LoggerService,
): Promise<void> {
  const mismatch = walMismatch(file, run?.logSalt ?? null);
  if (mismatch === undefined) return;
  const time = fileNameTimestamp();
  const found = `The write-ahead log beside the database is not its own: ${mismatch}.`;
  const summary = 'A write-ahead log lay beside the database that is not its own; it was moved aside.';
  await writeReport(file, time, { at: new Date().toISOString(), summary, found, tables: [], left: [] });
  await moveParts(file, `${file}${QUARANTINED}${time}`, ['-wal', '-shm']);
  log.error(`${found} It was moved aside (${QUARANTINED}${time}-wal), and nothing of it was used.`);
}

async function salvageAndLog(file: string, found: string, log: LoggerService): Promise<void> {
  log.error(
    `The database ${file} is damaged: ${found}. What can be read of it is salvaged into a fresh file.`,
  );
  const time = fileNameTimestamp();
  const { tables, left } = await salvage(file, time, found);
  for (const report of tables) log.error(`Salvaged ${rowsOf(report)}.`);
  if (left.length > 0) log.error(`Not carried over, still in the damaged file: ${left.join(', ')}.`);
  log.error(`The damaged file was kept, whole: ${file}${QUARANTINED}${time}`);
}

function rowsOf({ table, saved, lost }: TableReport): string {
  return `${table}: ${saved} rows, ${lost === undefined ? 'an unknown number' : lost} lost`;
}
