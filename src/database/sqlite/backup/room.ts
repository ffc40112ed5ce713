import { ProblemError } from '../../../problems/problem.error.js';
import { freeBytesBeside } from '../disk/disk-space.js';

/** Free space left for the service, which goes on writing meanwhile. */
const SPARE_BYTES = 16 * 1_048_576;
/** Space for the compressed copy, as a share of the plain copy. JSON and text compress better than that. */
export const COMPRESSION_RATIO = 0.5;

/** A backup must not fill the disk that the service writes to. @throws ProblemError `storage_full`. */
export function requireRoom(beside: string, bytes: number): void {
  if (freeBytesBeside(beside) < Math.ceil(bytes) + SPARE_BYTES) throw noRoom();
}

export function noRoom(cause?: unknown): ProblemError {
  return new ProblemError('storage_full', 'There is no room for a backup; none was made.', { cause });
}
