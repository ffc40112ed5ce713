import { createReadStream, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { Transform, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, gzipSync } from 'node:zlib';
import { codeOf } from '../../../problems/errors.js';
import { OWNER_ONLY } from '../../../files/files.js';

/** Called with the progress of a step. */
export type ProgressListener = (done: number, total: number) => void;

/** The error code of a copy that differs from its source. */
export const COPY_DAMAGED = 'COPY_DAMAGED';

/** Bytes between two syncs: a commit of the service waits for unsynced data of other files on the same disk. */
const SYNC_INTERVAL_BYTES = 4_194_304;
const GZIP_MAGIC = Buffer.from([0x1f, 0x8b]);

/**
 * Compresses a file and verifies the result by decompressing it (length and checksum). Compression runs synchronously in
 * this low-priority thread, chunk by chunk (RFC 1952 allows many members), because Node's asynchronous zlib uses pool
 * threads of normal priority. Verification does use them; it is short.
 *
 * @param target must not exist
 */
export async function compress(source: string, target: string, report: ProgressListener): Promise<void> {
  const { size } = statSync(source);
  const parts = createReadStream(source, { highWaterMark: SYNC_INTERVAL_BYTES });
  await intoFile(target, (file) => pipeline(parts, progressOf(size, report), gzipChunks(), file));
  let length = 0;
  const counting = new Writable({
    write(chunk: Buffer, _, done) {
      length += chunk.length;
      done();
    },
  });
  await pipeline(createReadStream(target), createGunzip(), counting);
  if (length !== size) throw copyDamaged(`${length} bytes came back instead of ${size}`);
}

/**
 * Copies a file, decompressing it if it is gzip by its first bytes.
 *
 * @param target must not exist
 */
export async function expand(source: string, target: string, report: ProgressListener): Promise<void> {
  const reading = progressOf(statSync(source).size, report);
  const isPacked = await isCompressed(source);
  await intoFile(target, (file) =>
    isPacked
      ? pipeline(createReadStream(source), reading, createGunzip(), file)
      : pipeline(createReadStream(source), reading, file),
  );
}

/** Whether the first bytes are those of gzip, whatever the name is. */
export async function isCompressed(file: string): Promise<boolean> {
  const chunks: Buffer[] = [];
  for await (const chunk of createReadStream(file, { end: GZIP_MAGIC.length - 1 }))
    chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).equals(GZIP_MAGIC);
}

export function copyDamaged(reason: string): Error & { code: string } {
  return Object.assign(new Error(`The copy is not right: ${reason}.`), { code: COPY_DAMAGED });
}

/** A pass-through stream that reports progress. */
function progressOf(total: number, report: ProgressListener): Transform {
  let done = 0;
  return new Transform({
    transform(chunk: Buffer, _, pass) {
      done += chunk.length;
      report(done, total);
      pass(null, chunk);
    },
  });
}

/** Compresses each chunk into a gzip member of its own. */
function gzipChunks(): Transform {
  return new Transform({
    transform(chunk: Buffer, _, pass) {
      pass(null, gzipSync(chunk));
    },
  });
}

type Sink = (chunks: AsyncIterable<Buffer>) => Promise<void>;

/** Where the file cannot be written, a pipeline tells of the stream that it ends thereby: what is told here is why. */
async function intoFile(target: string, flow: (file: Sink) => Promise<void>): Promise<void> {
  const write = newFile(target);
  let written: Promise<void> | undefined;
  const file: Sink = (chunks) => (written = write(chunks));
  await flow(file).catch(async (error: unknown) => {
    if (codeOf(error) === 'ABORT_ERR') await written;
    throw error;
  });
}

/** The sink of a pipeline: a new file with mode 0600, synced when the pipeline ends. */
function newFile(file: string): Sink {
  return async (chunks) => {
    const handle = await open(file, 'wx', OWNER_ONLY);
    try {
      let unsynced = 0;
      for await (const chunk of chunks) {
        await handle.appendFile(chunk);
        unsynced += chunk.length;
        if (unsynced < SYNC_INTERVAL_BYTES) continue;
        await handle.datasync();
        unsynced = 0;
      }
      await handle.sync();
    } finally {
      await handle.close();
    }
  };
}
