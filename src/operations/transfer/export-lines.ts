import { JsonText } from '../../json/index.js';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { now } from '../../time/time.js';
import type { Cell, Kind, StoredRow } from '../../database/index.js';
import type { ReadSnapshot } from '../../database/row-transfer.js';
import { FORMAT, FORMAT_VERSION, Tally, type Header, type Selection, type Trailer } from './format.js';

/** Lines are yielded in chunks of this size: a millisecond of work, and few writes. */
const CHUNK_CHARACTERS = 65_536;

/**
 * Generates the lines of an export in chunks. Only one chunk is in memory, the event loop turns after each, and a slow
 * consumer is waited for (backpressure).
 * @param onRows called with the number of rows of each chunk.
 */
export async function* exportLines(
  rows: ReadSnapshot,
  header: Header,
  onRows: (count: number) => void = () => undefined,
): AsyncGenerator<Buffer> {
  const tally = new Tally();
  yield toLine(header);
  for (const kind of header.kinds) {
    for await (const slice of rows.slices(kind, header)) {
      for (const { lines, count } of chunksOf(kind, slice)) {
        tally.bytes(lines);
        tally.add(kind, count);
        onRows(count);
        yield lines;
        await nextTurn();
      }
      await nextTurn();
    }
  }
  const counts = Object.fromEntries(header.kinds.map((kind) => [kind, tally.counts[kind]]));
  yield toLine({ end: true, counts, sha256: tally.digest() } satisfies Trailer);
}

/** A row as one line, without the line break. Stored JSON is inserted unchanged. */
export function lineOf(kind: Kind, row: StoredRow): string {
  let line = `{"kind":"${kind}"`;
  for (const [field, cell] of Object.entries(row)) line += `,"${field}":${jsonOf(cell)}`;
  return `${line}}`;
}

/** The first line, read by itself: where that fails, nothing of an answer has been sent. */
export async function headerOf(rows: ReadSnapshot, { kinds, since, until }: Selection): Promise<Header> {
  return {
    format: FORMAT,
    version: FORMAT_VERSION,
    exportedAt: now(),
    kinds,
    since,
    until,
    lastIds: await rows.lastIds(),
  };
}

function* chunksOf(kind: Kind, rows: Iterable<StoredRow>): Generator<{ lines: Buffer; count: number }> {
  let lines = '';
  let count = 0;
  for (const row of rows) {
    lines += `${lineOf(kind, row)}\n`;
    count++;
    if (lines.length >= CHUNK_CHARACTERS) {
      yield { lines: Buffer.from(lines), count };
      lines = '';
      count = 0;
    }
  }
  if (count > 0) yield { lines: Buffer.from(lines), count };
}

function jsonOf(cell: Cell): string {
  return cell instanceof JsonText ? cell.text : JSON.stringify(cell);
}

function toLine(value: object): Buffer {
  return Buffer.from(`${JSON.stringify(value)}\n`);
}
