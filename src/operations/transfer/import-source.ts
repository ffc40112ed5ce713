import { mkdir, open, rm, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { codeOf } from '../../problems/errors.js';
import type { DatabaseTarget } from '../../database/index.js';
import { OWNER_ONLY } from '../../files/files.js';
import { fileNameTimestamp } from '../../time/time.js';

const READ_BYTES = 262_144;
const GZIP_MAGIC = [0x1f, 0x8b];

/** A file that can be read repeatedly from its beginning, decompressed if it is gzip. */
export class ImportSource {
  private constructor(
    private readonly handle: FileHandle,
    /** Size of the file, compressed or not. */
    readonly bytes: number,
    private readonly isCompressed: boolean,
  ) {}

  /** @throws Error where the file cannot be read. */
  static async open(file: string): Promise<ImportSource> {
    return ImportSource.from(await open(file, 'r'));
  }

  /**
   * Spools a stream, which cannot be read twice, to a temporary file. The file is unlinked at once, so that it disappears
   * with this process, however that ends. It lies beside the file that gets the rows, whose disk has to have room for
   * them; else in the folder for temporary files.
   */
  static async spool(stream: Readable, { file: database, postgres }: DatabaseTarget): Promise<ImportSource> {
    const file = `${postgres ? join(tmpdir(), `jarvis-memory-${process.pid}`) : database}.import-${fileNameTimestamp()}`;
    await mkdir(dirname(file), { recursive: true });
    const handle = await open(file, 'wx+', OWNER_ONLY);
    try {
      await rm(file);
      for await (const chunk of stream as AsyncIterable<Buffer>) await handle.appendFile(chunk);
      return await ImportSource.from(handle);
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  private static async from(handle: FileHandle): Promise<ImportSource> {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(GZIP_MAGIC.length), 0, GZIP_MAGIC.length, 0);
    const isPacked = bytesRead === GZIP_MAGIC.length && GZIP_MAGIC.every((byte, at) => buffer[at] === byte);
    const { size } = await handle.stat();
    return new ImportSource(handle, size, isPacked);
  }

  /**
   * The decompressed content, from the beginning.
   * @param onBytes called with the number of bytes read from the file.
   */
  async *read(onBytes: (count: number) => void = () => undefined): AsyncGenerator<Buffer> {
    if (!this.isCompressed) {
      yield* this.chunks(onBytes);
      return;
    }
    const unpacked = createGunzip();
    // An error of the pipeline is thrown by the loop below, which reads its end.
    const piping = pipeline(Readable.from(this.chunks(onBytes)), unpacked).catch(() => undefined);
    for await (const chunk of unpacked as AsyncIterable<Buffer>) yield chunk;
    await piping;
  }

  close(): Promise<void> {
    return this.handle.close();
  }

  private async *chunks(onBytes: (count: number) => void): AsyncGenerator<Buffer> {
    for (let at = 0; ;) {
      // A new buffer each time: lines that are still in use refer to the last one.
      const { buffer, bytesRead } = await this.handle.read(Buffer.allocUnsafe(READ_BYTES), 0, READ_BYTES, at);
      if (bytesRead === 0) return;
      at += bytesRead;
      onBytes(bytesRead);
      yield buffer.subarray(0, bytesRead);
    }
  }
}

/** Whether a stream failed because of invalid or incomplete gzip data. */
export function isUnpackingError(error: unknown): error is Error {
  return codeOf(error)?.startsWith('Z_') ?? false;
}
