import { existsSync, statSync } from 'node:fs';
import type { LoggerService } from '@nestjs/common';
import ms from 'ms';
import {
  finishSwap,
  quarantine,
  PARTS,
  swap,
  writeReport,
  type Recovery,
  type TableReport,
} from './quarantine.js';
import { isDamage } from '../connection/errors.js';
import { forFileName } from '../../../time/time.js';
import { FileRefused, fileKindOf, type FileKind } from '../file/header.js';
import { findDamage, inspect, refuseOthers } from '../file/inspection.js';
import type { FileLock, RunRecord } from '../file/lock.js';
import { hasFrames, walMismatch } from '../file/write-ahead-log.js';
import { makeByMigrations } from '../file/migrator.js';
import { salvage, type Salvaged } from './salvage/salvage.js';

/** A file up to this size is looked through before it is served; a larger one after a proper end, while it is served. */
const CHECKED_AT_ONCE_BYTES = 128 * 1_048_576;

/**
 * Finds out in which state the last process left the file, and puts right what is not in order. What was there is kept,
 * whole, whatever is done.
 *
 * @param lock what holds the file; without one nothing is changed.
 * @returns whether the file is still to be looked through, for it is large.
 * @throws FileRefused where the file is not ours to touch, or cannot be salvaged.
 */
export async function recover(
  file: string,
  lock: FileLock | undefined,
  log: LoggerService,
): Promise<boolean> {
  const run = lock?.previous;
  if (lock && finishSwap(file)) log.warn(`Ended a salvage of ${file} that was cut off at its last step.`);
  if (run?.ended === null) tellUnclean(file, run, log);
  if (lock) putForeignLogAside(file, run, log);
  const look = fileKindOf(file);
  const isAtOnce = mustLookAtOnce(file, run);
  const found = await whatIsDamaged(file, look, isAtOnce);
  if (found === undefined) return !isAtOnce;
  if (!lock) {
    throw new FileRefused(`it is damaged (${found}), and nothing can be made beside it.`, 'It is damaged.');
  }
  await salvageInto(file, found, log);
  return false;
}

function mustLookAtOnce(file: string, run: RunRecord | undefined): boolean {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  return size <= CHECKED_AT_ONCE_BYTES || run?.ended === null || run?.metDamage === true;
}

/** Files that this service has never had are left to the migrations, which refuse what they cannot read. */
async function whatIsDamaged(file: string, look: FileKind, isAtOnce: boolean): Promise<string | undefined> {
  if (look === 'none') {
    return hasFrames(`${file}-wal`)
      ? 'the file is missing or empty, but its write-ahead log is not'
      : undefined;
  }
  try {
    const state = inspect(file);
    await refuseOthers(state);
    return state.applied.length > 0 && isAtOnce ? findDamage(file) : undefined;
  } catch (error) {
    if (look === 'marked' && isDamage(error)) return (error as Error).message;
    throw error;
  }
}

function tellUnclean(file: string, run: RunRecord, log: LoggerService): void {
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

/** SQLite would apply it to the file and ruin it. */
function putForeignLogAside(file: string, run: RunRecord | undefined, log: LoggerService): void {
  const why = walMismatch(file, run?.logSalt ?? null);
  if (why === undefined) return;
  const time = forFileName();
  const found = `The write-ahead log beside the database is not its own: ${why}.`;
  const summary = 'A write-ahead log lay beside the database that is not its own; it was moved aside.';
  writeReport(file, time, { at: new Date().toISOString(), summary, found, tables: [], left: [] });
  quarantine(file, time, PARTS.slice(1, 3));
  log.error(`${found} It was moved aside (.corrupt-${time}-wal), and nothing of it was used.`);
}

async function salvageInto(file: string, found: string, log: LoggerService): Promise<void> {
  log.error(
    `The database ${file} is damaged: ${found}. What can be read of it is salvaged into a fresh file.`,
  );
  const time = forFileName();
  const salvaged = await salvage(file, time, makeByMigrations);
  const recovery: Recovery = {
    at: new Date().toISOString(),
    summary: summaryOf(salvaged),
    found,
    ...salvaged,
  };
  writeReport(file, time, recovery);
  swap(file, time);
  for (const report of salvaged.tables) log.error(`Salvaged ${rowsOf(report)}.`);
  if (salvaged.left.length > 0)
    log.error(`Not carried over, still in the damaged file: ${salvaged.left.join(', ')}.`);
  log.error(`The damaged file was kept, whole: ${file}.corrupt-${time}`);
}

function rowsOf({ table, saved, lost }: TableReport): string {
  return `${table}: ${saved} rows, ${lost === undefined ? 'an unknown number' : lost} lost`;
}

function summaryOf({ tables, left }: Salvaged): string {
  const total = (numbers: readonly (number | undefined)[]): number =>
    numbers.reduce<number>((sum, number = 0) => sum + number, 0);
  const unknown = tables.filter(({ lost }) => lost === undefined).length;
  const parts = [
    `${total(tables.map(({ saved }) => saved))} rows were salvaged`,
    `${total(tables.map(({ lost }) => lost))} are known to be lost`,
    ...(unknown > 0 ? [`of ${unknown} tables nobody can tell how many`] : []),
    ...(left.length > 0 ? [`${left.length} things of yours were not carried over`] : []),
  ];
  return `The database was damaged: ${parts.join(', ')}.`;
}
