import { randomBytes } from 'node:crypto';
import { closeSync, createWriteStream, ftruncateSync, lstatSync, renameSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { LinkRefused, openPrivateFileForWriting, OWNER_ONLY } from '../../../files/files.js';

const CHUNK_BYTES = 65_536;

/**
 * A file beside the database, `<file>.reserve`, that reserves disk space for the time when the disk is full. It holds
 * random bytes, because a file system may store zeros, or anything compressible, without using space. Once given up it
 * stays as an empty file, so that the next process knows that the free space is that of the reserve.
 */
export class DiskReserve {
  private readonly path: string;
  private readonly unfinished: string;

  /** @param bytes size of the reserve; 0 for none. */
  constructor(
    file: string,
    readonly bytes: number,
  ) {
    this.path = `${file}.reserve`;
    this.unfinished = `${this.path}.part`;
  }

  /** Whether the reserve is as configured: of the right size, or absent where none is wanted. */
  get isInPlace(): boolean {
    return (this.size ?? 0) === this.bytes && !this.wasGivenUp;
  }

  /** Whether this process or an earlier one gave it up, and it was not created again. */
  get wasGivenUp(): boolean {
    return this.size === 0;
  }

  /**
   * Creates the reserve, synced to disk, replacing an existing one; removes it where none is wanted.
   * @throws Error of the file system (`ENOSPC`), or `AbortError`; no partial file is left.
   */
  async make(signal: AbortSignal): Promise<void> {
    if (this.bytes === 0) return rm(this.path, { force: true });
    for (const path of [this.path, this.unfinished]) {
      if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink()) throw new LinkRefused(path);
    }
    try {
      await rm(this.unfinished, { force: true });
      const file = createWriteStream(this.unfinished, { flags: 'wx', mode: OWNER_ONLY, flush: true });
      await pipeline(Readable.from(randomChunks(this.bytes)), file, { signal });
      signal.throwIfAborted();
      renameSync(this.unfinished, this.path);
    } catch (error) {
      await rm(this.unfinished, { force: true });
      throw error;
    }
  }

  /** Truncates the reserve, which frees its space at once. @throws Error of the file system. */
  giveUp(): void {
    rmSync(this.unfinished, { force: true });
    if (this.size === undefined) return;
    const descriptor = openPrivateFileForWriting(this.path);
    try {
      ftruncateSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  }

  /** `undefined` also where the folder cannot be read: opening the database then fails with the reason. */
  private get size(): number | undefined {
    try {
      return lstatSync(this.path).size;
    } catch {
      return undefined;
    }
  }
}

function* randomChunks(bytes: number): Generator<Buffer> {
  for (let left = bytes; left > 0; left -= CHUNK_BYTES) yield randomBytes(Math.min(left, CHUNK_BYTES));
}
