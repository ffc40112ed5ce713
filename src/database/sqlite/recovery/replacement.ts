import { existsSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { moveParts, putInPlace } from '../file/parts.js';

/** How the files are named while one takes the place of a database: `<file><ending><time>`. */
export interface ReplacementNames {
  /** The ending of the new file, which is complete and on disk. */
  readonly ready: string;
  /** The ending of what was in its place. */
  readonly replaced: string;
}

/**
 * Moves what is in the place of a database away, and the file that is ready into its place. The process may die between
 * any two steps: as long as the database itself is in its place nothing has happened, and without it
 * `finishReplacement` takes the steps that are left.
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
 * Finishes a replacement that was cut off after the database had been moved away; takes back any other. To be called with
 * the lock, before a file that is missing is made anew.
 * @param onTakenBack is told the time of a replacement that did not take place.
 * @returns whether there was one to finish.
 */
export async function finishReplacement(
  file: string,
  names: ReplacementNames,
  onTakenBack?: (time: string) => Promise<void>,
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
    await onTakenBack?.(time);
    await rm(join(dirname(file), `${start}${time}`), { force: true });
  }
  return isCutOff;
}

const TIME = /^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d-\d{3}Z$/;
