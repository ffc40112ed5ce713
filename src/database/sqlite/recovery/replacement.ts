import { existsSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { moveParts, putInPlace } from '../file/parts.js';

/** The names of the files while one replaces a database: `<file><suffix><time>`. */
export interface ReplacementNames {
  /** The suffix of the new file, which is complete and synced. */
  readonly ready: string;
  /** The suffix of the replaced file. */
  readonly replaced: string;
}

/**
 * Moves the database away and the ready file into its place. The process may be killed between any two steps: while the
 * database file is in place the replacement has not begun; once it is gone, `finishReplacement` completes the rest.
 */
export async function replace(
  file: string,
  time: string,
  { ready, replaced }: ReplacementNames,
): Promise<void> {
  await moveParts(file, `${file}${replaced}${time}`);
  await putInPlace(`${file}${ready}${time}`, file);
}

/**
 * Completes a replacement that was interrupted after the database had been moved away; rolls back any other. Called with
 * the lock held, before a missing file is created.
 * @param onRolledBack called with the time of each replacement that is rolled back.
 * @returns whether a replacement was completed.
 */
export async function finishReplacement(
  file: string,
  names: ReplacementNames,
  onRolledBack?: (time: string) => Promise<void>,
): Promise<boolean> {
  const start = `${basename(file)}${names.ready}`;
  const found = await readdir(dirname(file)).catch(() => []);
  const times = found
    .filter((name) => name.startsWith(start))
    .map((name) => name.slice(start.length))
    .filter((time) => TIME.test(time));
  const newest = times.sort().at(-1);
  const isCutOff = newest !== undefined && !existsSync(file);
  if (isCutOff) await replace(file, newest, names);
  for (const time of isCutOff ? times.slice(0, -1) : times) {
    await onRolledBack?.(time);
    await rm(join(dirname(file), `${start}${time}`), { force: true });
  }
  return isCutOff;
}

const TIME = /^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d-\d{3}Z$/;
