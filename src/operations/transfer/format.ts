import { createHash } from 'node:crypto';
import { fileNameTimestamp } from '../../time/time.js';
import { KINDS, type Kind } from '../../database/index.js';
import type { TimeSpan } from '../../database/row-transfer.js';

/** The format is specified in docs/06-export-format.md. */
export const FORMAT = 'jarvis-memory-export';
export const FORMAT_VERSION = 2;
/**
 * The kinds of each version. A new kind needs a new version: exports of earlier versions stay readable, and an earlier
 * program refuses an export of which it would lose rows.
 */
export const KINDS_OF_VERSION: Readonly<Record<number, readonly Kind[]>> = {
  1: ['event', 'message', 'snapshot', 'preference'],
  2: ['event', 'message', 'snapshot', 'preference_change', 'preference'],
};
export const MEDIA_TYPE = 'application/x-ndjson';

/** The kinds and the time span of an export. */
export interface Selection extends TimeSpan {
  readonly kinds: readonly Kind[];
}

/** The first line. */
export interface Header extends Selection {
  readonly format: typeof FORMAT;
  readonly version: typeof FORMAT_VERSION;
  readonly exportedAt: string;
  /** The last id given out for each kind, so that none is reused. */
  readonly lastIds: Partial<Record<Kind, number>>;
}

export type Counts = Record<Kind, number>;

/** The last line. */
export interface Trailer {
  readonly end: true;
  readonly counts: Partial<Counts>;
  /** SHA-256, in hex, of all bytes between the first line and this one, line breaks included. */
  readonly sha256: string;
}

export function noCounts(): Counts {
  return Object.fromEntries(KINDS.map((kind) => [kind, 0])) as Counts;
}

/** Counts and hashes rows, for the last line. */
export class Tally {
  readonly counts = noCounts();
  private readonly hash = createHash('sha256');

  add(kind: Kind, rows: number): void {
    this.counts[kind] += rows;
  }

  bytes(bytes: Buffer | string): this {
    this.hash.update(bytes);
    return this;
  }

  /** Finishes the digest; nothing can be added afterwards. */
  digest(): string {
    return this.hash.digest('hex');
  }
}

/** The name of an export file, by its time. */
export function exportName(exportedAt: string): string {
  return `jarvis-memory-${fileNameTimestamp(exportedAt)}.ndjson`;
}
