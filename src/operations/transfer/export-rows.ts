import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { OWNER_ONLY, syncPath } from '../../files/files.js';
import { Database, type DatabaseTarget } from '../../database/index.js';
import type { ReadSnapshot } from '../../database/row-transfer.js';
import { exportLines, headerOf } from './export-lines.js';
import type { Selection } from './format.js';

export interface ExportOptions {
  readonly selection: Selection;
  readonly gzip: boolean;
  /** Aborts the export. */
  readonly signal: AbortSignal;
  readonly onProgress: (rows: number, total: number) => void;
}

/**
 * Exports a database, which services may be using.
 * @param target a stream, or the path of a file, which is renamed to it only once it is complete and synced.
 * @returns the number of exported rows.
 */
export function exportRows(
  from: DatabaseTarget,
  target: Writable | string,
  options: ExportOptions,
): Promise<number> {
  return Database.openAlongside(from, 'read', async (database) =>
    writeRows(await database.openReadSnapshot(), target, options),
  );
}

async function writeRows(
  rows: ReadSnapshot,
  target: Writable | string,
  options: ExportOptions,
): Promise<number> {
  const { selection, signal, onProgress } = options;
  const cancel = (): void => rows.cancel?.();
  signal.addEventListener('abort', cancel);
  try {
    const counts = await Promise.all(selection.kinds.map((kind) => rows.count(kind, selection)));
    const total = counts.reduce((sum, count) => sum + count, 0);
    let done = 0;
    const lines = exportLines(rows, await headerOf(rows, selection), (count) => {
      onProgress((done += count), total);
    });
    if (typeof target === 'string') await writeFile(lines, target, options);
    else await write(lines, target, options);
    return done;
  } finally {
    signal.removeEventListener('abort', cancel);
    await rows.close();
  }
}

async function writeFile(
  lines: AsyncIterable<Buffer>,
  target: string,
  options: ExportOptions,
): Promise<void> {
  const unfinished = `${target}.${randomBytes(6).toString('hex')}.part`;
  try {
    const file = createWriteStream(unfinished, { flags: 'wx', mode: OWNER_ONLY, flush: true });
    await write(lines, file, options);
    await rename(unfinished, target);
    // The rename is durable once the folder is synced.
    await syncPath(dirname(target));
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}

async function write(
  lines: AsyncIterable<Buffer>,
  target: Writable,
  { gzip, signal }: ExportOptions,
): Promise<void> {
  const source = Readable.from(lines, { objectMode: false });
  // Standard output must stay open.
  const end = target !== process.stdout;
  if (gzip) await pipeline(source, createGzip(), target, { signal, end });
  else await pipeline(source, target, { signal, end });
}
