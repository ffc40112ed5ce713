// Prepares what the packer writes next. It runs in the thread of programs: columns take processor time.
import type { ThreadReader } from '../thread-program.js';
import { mergeBlocks, type Merge } from './merge-blocks.js';
import { packRows } from './pack-rows.js';

export interface PackInput {
  /** Blocks before this one are as they should be. */
  readonly from: number;
}

export async function run(reader: ThreadReader, { from }: PackInput): Promise<Merge> {
  const packing = await packRows(reader);
  return packing ? { packing, from } : mergeBlocks(reader, from);
}
