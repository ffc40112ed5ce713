import { statSync } from 'node:fs';
import { copyMemory } from '../../copy/copy-memory.js';
import { RowsRefused, type CopySource } from '../../copy/ends.js';
import { copyDamaged, type ProgressListener } from '../backup/compression.js';
import { requireRoom } from '../backup/room.js';
import { ROWS_REFUSED } from '../backup/rows-refused.js';
import { SqliteCopyTarget } from './target.js';

/** What the indexes that are made after the rows may take, as a part of the file until then. */
const LATER_INDEXES = 0.5;

/**
 * Fills a backup with the memory of a server, its secrets included, and compares both. The disk is not filled: it may be
 * the one that the service, or the server, writes to.
 * @param file an empty file.
 * @throws ProblemError `storage_full`; Error with the code `ROWS_REFUSED` or `COPY_DAMAGED`.
 */
export async function fillArchive(
  file: string,
  source: CopySource,
  report: Readonly<Record<'copy' | 'verify', ProgressListener>>,
): Promise<void> {
  const onProgress = (step: 'copy' | 'compare', done: number, total: number): void => {
    requireRoom(file, step === 'copy' ? statSync(file).size * LATER_INDEXES : 0);
    report[step === 'copy' ? 'copy' : 'verify'](done, total);
  };
  // It gets its name, and is synced, by whoever has it filled.
  const place = (): Promise<readonly string[]> => Promise.resolve([]);
  try {
    const { isEqual, tables } = await SqliteCopyTarget.fill(file, true, place, (target) =>
      copyMemory(source, target, { onProgress }),
    );
    const differing = tables.find((table) => table.source.digest !== table.target.digest)?.name;
    if (!isEqual) throw copyDamaged(`${differing ?? 'the last ids'} came back in another way`);
  } catch (error) {
    if (!(error instanceof RowsRefused)) throw error;
    const message = `A backup cannot hold these rows; none was made. ${error.findings.join('; ')}`;
    throw Object.assign(new Error(message), { code: ROWS_REFUSED });
  }
}
