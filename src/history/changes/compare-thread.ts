// Compares snapshots in a thread: parsing two states takes processor time, and nobody waits for it.
import type { ThreadReader } from '../../database/programs.js';
import { compareWaiting, type ComparedSnapshot } from './compare-waiting.js';

export function run(reader: ThreadReader): Promise<ComparedSnapshot[]> {
  return compareWaiting(reader);
}
