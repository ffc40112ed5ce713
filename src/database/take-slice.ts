import type { Part, Position, Slice } from '../paging/index.js';
import type { Read } from './sqlite/queries/rows.js';

/** The column with the bytes that SQLite read for a row, where that is more than the row returns. */
export const READ_BYTES = 'readBytes';

/** Takes rows up to the limits, at least one; the iterator is not read any further. */
export function takeSlice<Row>(
  reads: Iterable<Read>,
  { limit, mostBytes = Infinity }: Part,
  placeOf: (row: Read['row']) => Position,
): Slice<Row> {
  const rows: Row[] = [];
  let last: Read['row'] | undefined;
  let bytes = 0;
  for (const read of reads) {
    bytes += read.bytes + Number(read.row[READ_BYTES] ?? 0);
    if (last && (rows.length === limit || bytes > mostBytes)) return { rows, next: placeOf(last), bytes };
    rows.push(read.row as Row);
    last = read.row;
  }
  return { rows, next: undefined, bytes };
}
