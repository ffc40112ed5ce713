// Compares two snapshots in a thread: documents may be large, and nobody else waits for it.
import type { ThreadReader } from '../../database/programs.js';
import { diffSnapshots, type DiffInput, type DiffOutput } from './diff-snapshots.js';

export function run(reader: ThreadReader, input: DiffInput): Promise<DiffOutput> {
  return diffSnapshots(reader, input);
}
