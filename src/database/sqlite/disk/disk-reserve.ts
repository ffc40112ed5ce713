import { randomBytes } from 'node:crypto';
import { closeSync, createWriteStream, ftruncateSync, lstatSync, renameSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { LinkRefused, openToChange, OWNER_ONLY } from '../../../files/files.js';

const CHUNK_BYTES = 65_536;

/**
 * A file beside the database that holds room for the day on which the disk is full: `<file>.reserve`. It is filled
 * with random bytes, because a file system may store zeros, or anything that it can compress, in no room at all.
 * Given up, it stays behind empty, so that the next process knows that the room it finds is that of the reserve.
 */
export class DiskReserve {
  private readonly path: string;
  private readonly unfinished: string;

  /** @param bytes how large it is; 0 for none. */
  constructor(
    file: string,
    readonly bytes: number,
  ) {
    this.path = `${file}.reserve`;
    this.unfinished = `${this.path}.part`;
  }

  /** Whether there is nothing to make: it is there as large as it should be, or none is wanted and none is there. */
  get isInPlace(): boolean {
    return (this.size ?? 0) === this.bytes && !this.wasGivenUp;
  }

  /** Whether it was given up and not made again, by this process or by the one before. */
  get wasGivenUp(): boolean {
    return this.size === 0;
  }

  /**
   * Makes it, synced to disk, whatever was in its place; removes what is there where none is wanted.
   * @throws Error of the file system (`ENOSPC`), or `AbortError`; nothing is left half-made then.
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

  /** Gives its room back to the disk, at once. @throws Error of the file system. */
  giveUp(): void {
    rmSync(this.unfinished, { force: true });
    if (this.size === undefined) return;
    const descriptor = openToChange(this.path);
    try {
      ftruncateSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  }

  /** `undefined` also where the folder cannot be read: then opening the database fails as well, and says why. */
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
