import { createReadStream, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { Transform, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, gzipSync } from 'node:zlib';
import { OWNER_ONLY } from '../../../files/files.js';

/** Hears how far a step is. */
export type Report = (done: number, total: number) => void;

/** What an error carries as its `code` where a copy is not what it was made from. */
export const COPY_DAMAGED = 'COPY_DAMAGED';

/** What is written between two syncs. A service that syncs its commits waits for what others have not synced. */
const BYTES_AT_ONCE = 4_194_304;
const GZIP = Buffer.from([0x1f, 0x8b]);

/**
 * Compresses a file and reads the result back, which checks its length and its checksum. It is compressed in this
 * thread, part by part (RFC 1952 lets a file have many members): Node would do it in threads of its own, whose
 * priority is that of the service, as it does the reading back, which is short.
 *
 * @param target must not be there
 */
export async function compress(source: string, target: string, report: Report): Promise<void> {
  const { size } = statSync(source);
  const parts = createReadStream(source, { highWaterMark: BYTES_AT_ONCE });
  await pipeline(parts, reporting(size, report), zipping(), newFile(target));
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
 * Copies a file that may be compressed, as its first bytes tell.
 *
 * @param target must not be there
 */
export async function expand(source: string, target: string, report: Report): Promise<void> {
  const reading = reporting(statSync(source).size, report);
  if (await isCompressed(source))
    await pipeline(createReadStream(source), reading, createGunzip(), newFile(target));
  else await pipeline(createReadStream(source), reading, newFile(target));
}

/** By its first bytes, whatever its name is. */
export async function isCompressed(file: string): Promise<boolean> {
  const chunks: Buffer[] = [];
  for await (const chunk of createReadStream(file, { end: GZIP.length - 1 })) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).equals(GZIP);
}

export function copyDamaged(reason: string): Error & { code: string } {
  return Object.assign(new Error(`The copy is not right: ${reason}.`), { code: COPY_DAMAGED });
}

/** Reports what passes through. */
function reporting(total: number, report: Report): Transform {
  let done = 0;
  return new Transform({
    transform(chunk: Buffer, _, pass) {
      done += chunk.length;
      report(done, total);
      pass(null, chunk);
    },
  });
}

/** Makes each chunk a member of a compressed file. */
function zipping(): Transform {
  return new Transform({
    transform(chunk: Buffer, _, pass) {
      pass(null, gzipSync(chunk));
    },
  });
}

/** The end of a pipeline: a file that is not there yet, for its owner only. It is on disk when the pipeline is done. */
function newFile(file: string): (chunks: AsyncIterable<Buffer>) => Promise<void> {
  return async (chunks) => {
    const handle = await open(file, 'wx', OWNER_ONLY);
    try {
      let unsynced = 0;
      for await (const chunk of chunks) {
        await handle.appendFile(chunk);
        unsynced += chunk.length;
        if (unsynced < BYTES_AT_ONCE) continue;
        await handle.datasync();
        unsynced = 0;
      }
      await handle.sync();
    } finally {
      await handle.close();
    }
  };
}
