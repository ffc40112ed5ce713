import type { Engine } from '../engine.js';
import { programUrl } from '../program-url.js';
import type { ThreadProgram } from '../thread-program.js';
import type { Write } from '../unit.js';
import type { Batch, BatchInput } from './batch.js';
import { OutdatedBatch, writeBatch } from './write-batch.js';

const BATCH: ThreadProgram<BatchInput, Batch | undefined> = {
  url: programUrl(import.meta.url, './batch-thread.js'),
};

/** What became of a batch: it is in the index, rows of it were changed meanwhile, or there was none. */
export type TakenBatch = { readonly ms: number } | 'outdated' | undefined;

/**
 * Takes the next batch of a kind into its index.
 * @param write runs the unit of work.
 * @param signal drops it where it still waits for the thread.
 */
export async function takeBatch(
  { threads, rows }: Engine,
  input: BatchInput,
  write: Write,
  signal?: AbortSignal,
): Promise<TakenBatch> {
  const batch = await threads.run(BATCH, input, signal);
  if (!batch) return undefined;
  try {
    const begun = performance.now();
    await write((manager) => writeBatch(manager, batch, rows.dialect));
    // With the commit: SQLite writes the index there, and merges it.
    return { ms: performance.now() - begun };
  } catch (error) {
    if (error instanceof OutdatedBatch) return 'outdated';
    throw error;
  }
}
