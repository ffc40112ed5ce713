import type { IncomingMessage } from 'node:http';
import type { Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { ProblemError } from '../../problems/problem.error.js';

const INFLATERS = {
  gzip: createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
} as const satisfies Record<string, () => Transform>;

/** The content encoding of a body. */
export type Encoding = keyof typeof INFLATERS | 'identity';

/** @throws ProblemError `unsupported_media_type`. */
export function encodingOf({ headers }: IncomingMessage): Encoding {
  const encoding = headers['content-encoding']?.toLowerCase() ?? 'identity';
  if (encoding === 'identity' || isKnown(encoding)) return encoding;
  const detail = `The content encoding ${encoding.slice(0, 40)} is not read.`;
  throw new ProblemError('unsupported_media_type', detail);
}

/** Creates the stream that inflates a body. */
export function createInflater(encoding: keyof typeof INFLATERS): Transform {
  return INFLATERS[encoding]();
}

function isKnown(encoding: string): encoding is keyof typeof INFLATERS {
  return Object.hasOwn(INFLATERS, encoding);
}
