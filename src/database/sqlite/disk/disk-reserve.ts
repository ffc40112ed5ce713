import { randomFill } from 'node:crypto';
import { closeSync, ftruncateSync, lstatSync, rmSync } from 'node:fs';
import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { promisify } from 'node:util';
import { LinkRefused, openToChange, OWNER_ONLY } from '../../../files/files.js';

const fillRandomly = promisify<Buffer, Buffer>(randomFill);
const CHUNK_BYTES = 1_048_576;

/**
 * A file beside the database that holds room for the day on which the disk is full: `<file>.reserve`. It is filled
 * with random bytes, because a file system may store zeros, or anything that it can compress, in no room at all.
 * Given up, it stays behind empty, so that the next process knows that the room it finds is the reserve's.
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
    if (this.bytes === 0) {
      await rm(this.path, { force: true });
      return;
    }
    for (const file of [this.path, this.unfinished]) refuseLink(file);
    try {
      await rm(this.unfinished, { force: true });
      const handle = await open(this.unfinished, 'wx', OWNER_ONLY);
      try {
        await this.fill(handle, signal);
      } finally {
        await handle.close();
      }
      signal.throwIfAborted();
      await rename(this.unfinished, this.path);
      if (signal.aborted) this.giveUp();
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

  private async fill(handle: FileHandle, signal: AbortSignal): Promise<void> {
    for (let left = this.bytes; left > 0; left -= CHUNK_BYTES) {
      signal.throwIfAborted();
      await handle.appendFile(await fillRandomly(Buffer.allocUnsafe(Math.min(left, CHUNK_BYTES))));
    }
    await handle.sync();
  }

  /** Nothing also where it cannot be looked at: then the database itself cannot be opened, which says why. */
  private get size(): number | undefined {
    try {
      return lstatSync(this.path).size;
    } catch {
      return undefined;
    }
  }
}

function refuseLink(file: string): void {
  if (lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink()) throw new LinkRefused(file);
}
