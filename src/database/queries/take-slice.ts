import type { Position, Slice } from '../../paging/index.js';
import type { Bounds, Taken } from '../query.js';
import type { RawRow } from './dialect.js';

/** A row, and the stored size of its texts. */
export interface Read {
  readonly row: RawRow;
  readonly bytes: number;
}

/** The column with the bytes that the engine read for a row, where that is more than the row returns. */
export const READ_BYTES = 'readBytes';

/** Takes rows up to the limits, at least one; the iterator is not read any further. */
export function takeRows<Row>(
  reads: Iterable<Read>,
  { limit = Infinity, maxBytes = Infinity }: Bounds,
): Taken<Row> {
  const rows: Row[] = [];
  let bytes = 0;
  for (const read of reads) {
    bytes += read.bytes + Number(read.row[READ_BYTES] ?? 0);
    if (rows.length > 0 && (rows.length === limit || bytes > maxBytes)) return { rows, isCut: true, bytes };
    rows.push(read.row as Row);
  }
  return { rows, isCut: false, bytes };
}

/** The slice of a list that was taken. */
export function toSlice<Row>(
  { rows, isCut, bytes }: Taken<Row>,
  placeOf: (row: RawRow) => Position,
): Slice<Row> {
  const last = isCut ? (rows.at(-1) as RawRow | undefined) : undefined;
  return { rows, next: last && placeOf(last), bytes };
}
