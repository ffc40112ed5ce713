import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * The bytes that an unprivileged process can still write to the disk of a file; `Infinity` where that is unknown, as
 * before the folder of the file exists.
 */
export function freeBytesBeside(file: string): number {
  try {
    const { bavail, bsize } = statfsSync(dirname(file));
    return bavail * bsize;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}
