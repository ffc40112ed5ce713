import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import {
  brotliCompressSync,
  brotliDecompress,
  brotliDecompressSync,
  constants,
  createBrotliCompress,
  type BrotliOptions,
} from 'node:zlib';
import { TextBlock } from './block.js';
import { DamagedBlock } from './damaged-block.js';

const decompress = promisify(brotliDecompress);

/** The first byte of a body: what follows is what `writeTexts` gives, compressed by Brotli. */
const VERSION = 1;
/** Above this the best compression would take seconds for a few percent. */
const MAX_BYTES_FOR_BEST = 1_048_576;
const LEAST_PIECE = 16_384;
const LARGE_PIECE = 262_144;
const MOST_PIECE = 1_048_576;
const QUALITY = { best: 10, quick: 5 };

/** What is decompressed comes in one piece, mostly: pieces are copied together, and each copy is memory to be collected. */
function pieceFor(compressed: Uint8Array): { chunkSize: number } {
  return { chunkSize: Math.min(Math.max(2 * compressed.length, LEAST_PIECE), MOST_PIECE) };
}

function compressionFor(bytes: number): BrotliOptions {
  const isLarge = bytes > MAX_BYTES_FOR_BEST;
  return {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: isLarge ? QUALITY.quick : QUALITY.best,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes,
    },
    chunkSize: isLarge ? LARGE_PIECE : LEAST_PIECE,
  };
}

/** A block as it is stored. */
export interface StoredBlock {
  readonly body: Uint8Array;
  /** SHA-256 of the body, in hex. */
  readonly digest: string;
}

/**
 * Compresses what `writeTexts` or `writeWholeText` gave, outside the event loop; what comes out is taken piece by piece.
 * @param parts of the bytes.
 */
export async function toStoredBlock(
  parts: readonly Uint8Array[],
): Promise<StoredBlock & { readonly body: Buffer }> {
  const size = parts.reduce((sum, { length }) => sum + length, 0);
  const compress = createBrotliCompress(compressionFor(size));
  const version = Buffer.of(VERSION);
  const pieces: Buffer[] = [version];
  const hash = createHash('sha256').update(version);
  await pipeline(Readable.from(parts), compress, async (compressed: AsyncIterable<Buffer>) => {
    for await (const piece of compressed) {
      pieces.push(piece);
      hash.update(piece);
    }
  });
  return { body: Buffer.concat(pieces), digest: hash.digest('hex') };
}

/**
 * The same at once, for threads: those of Node's pool, which do it otherwise, have the priority of the event loop.
 * @param bytes what `writeTexts` gave.
 */
export function toStoredBlockSync(bytes: Uint8Array): StoredBlock {
  const body = Buffer.concat([Buffer.of(VERSION), brotliCompressSync(bytes, compressionFor(bytes.length))]);
  return { body, digest: digestOf(body) };
}

/**
 * Opens a stored block, outside the event loop where it is decompressed.
 * @throws DamagedBlock where it is not what was written.
 */
export async function openBlock(stored: StoredBlock): Promise<TextBlock> {
  const compressed = verified(stored);
  return opened(await decompress(compressed, pieceFor(compressed)).catch(asDamage));
}

/** The same at once, for threads and commands. */
export function openBlockSync(stored: StoredBlock): TextBlock {
  const compressed = verified(stored);
  try {
    return opened(brotliDecompressSync(compressed, pieceFor(compressed)));
  } catch (error) {
    return asDamage(error);
  }
}

/** Whether the bytes of a block are those that were written. */
export function isWholeBlock(body: unknown, digest: unknown): boolean {
  return body instanceof Uint8Array && digestOf(body) === digest;
}

function verified({ body, digest }: StoredBlock): Uint8Array {
  if (!isWholeBlock(body, digest)) throw new DamagedBlock('its bytes are not those that were written');
  if (body[0] !== VERSION)
    throw new DamagedBlock(`it has the version ${body[0] ?? 'none'}, which is not known`);
  return body.subarray(1);
}

function opened(bytes: Buffer): TextBlock {
  try {
    return new TextBlock(bytes);
  } catch (error) {
    return asDamage(error);
  }
}

function asDamage(cause: unknown): never {
  if (cause instanceof DamagedBlock) throw cause;
  throw new DamagedBlock('it cannot be unpacked', { cause });
}

function digestOf(body: Uint8Array): string {
  return createHash('sha256').update(body).digest('hex');
}
