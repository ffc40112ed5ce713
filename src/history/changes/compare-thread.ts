// Compares snapshots in a thread: parsing two states takes processor time, and nobody waits for it.
import type { ThreadReader } from '../../database/programs.js';
import { compareWaiting, type CompareOutput } from './compare-waiting.js';

export interface CompareInput {
  readonly isGivenUp: boolean;
}

export function run(reader: ThreadReader, { isGivenUp }: CompareInput): Promise<CompareOutput> {
  return compareWaiting(reader, isGivenUp);
}
