import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * How many bytes a program without special rights may still write to the disk that holds a file.
 * Where nobody can tell, as before the folder of the file is made, it is without bound.
 */
export function freeBytesBeside(file: string): number {
  try {
    const { bavail, bsize } = statfsSync(dirname(file));
    return bavail * bsize;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}
