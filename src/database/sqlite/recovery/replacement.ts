import { existsSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { moveParts, putInPlace } from '../file/parts.js';

/** The names of the files while one replaces a database: `<file><suffix><time>`. */
export interface ReplacementNames {
  /** The suffix of the new file, which is complete and synced. */
  readonly ready: string;
  /** The suffix of the replaced file. */
  readonly replaced: string;
}

/**
 * Moves the database away and the ready file into its place, and likewise the secrets that lie beside that. The process may
 * be killed between any two steps: while the database file is in place the replacement has not begun; once it is gone,
 * `finishReplacement` completes the rest.
 */
export async function replace(
  file: string,
  time: string,
  { ready, replaced }: ReplacementNames,
): Promise<void> {
  await moveParts(file, `${file}${replaced}${time}`);
  for (const suffix of await suffixesBeside(`${file}${ready}${time}`)) {
    await moveParts(file, `${file}${replaced}${time}`, [suffix]);
    await putInPlace(`${file}${ready}${time}${suffix}`, `${file}${suffix}`);
  }
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
  const found = await suffixesBeside(file);
  const times = found
    .filter((suffix) => suffix.startsWith(names.ready))
    .map((suffix) => suffix.slice(names.ready.length))
    .filter((time) => TIME.test(time));
  const newest = times.sort().at(-1);
  const isCutOff = newest !== undefined && !existsSync(file);
  if (isCutOff) await replace(file, newest, names);
  for (const time of isCutOff ? times.slice(0, -1) : times) {
    await onRolledBack?.(time);
    await rm(`${file}${names.ready}${time}`, { force: true });
  }
  for (const suffix of found.filter((one) => BESIDE_READY.test(one) && one.startsWith(names.ready)))
    await rm(`${file}${suffix}`, { force: true });
  return isCutOff;
}

/** What the names of the files go on with that begin with that of a file: `.jwt-secret`. */
async function suffixesBeside(file: string): Promise<string[]> {
  const names = await readdir(dirname(file)).catch(() => []);
  const start = `${basename(file)}.`;
  return names.filter((name) => name.startsWith(start)).map((name) => name.slice(start.length - 1));
}

/** What lies beside a ready file, or one that never got ready. */
const BESIDE_READY = /\d{3}Z\..+$/;
const TIME = /^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d-\d{3}Z$/;
