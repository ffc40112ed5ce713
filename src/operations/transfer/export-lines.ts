import { JsonText } from '../../json/index.js';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { now } from '../../time/time.js';
import type { Cell, Kind, KeptRow } from '../../database/index.js';
import type { ReadSnapshot } from '../../database/row-transfer.js';
import { FORMAT, FORMAT_VERSION, Tally, type Header, type Selection, type Trailer } from './format.js';

/** Lines are handed on by this many characters: a millisecond of work, and few writes. */
const CHUNK_CHARACTERS = 65_536;

/**
 * The lines of an export, some at a time. Nothing but those is held in memory, and the event loop turns between any
 * two of them. Whoever takes them slowly is waited for.
 * @param onRows hears how many rows each chunk holds.
 */
export async function* exportLines(
  rows: ReadSnapshot,
  selection: Selection,
  onRows: (count: number) => void = () => undefined,
): AsyncGenerator<Buffer> {
  const tally = new Tally();
  yield toLine(headerOf(rows, selection));
  for (const kind of selection.kinds) {
    for (const slice of rows.slices(kind, selection)) {
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
  const counts = Object.fromEntries(selection.kinds.map((kind) => [kind, tally.counts[kind]]));
  yield toLine({ end: true, counts, sha256: tally.digest() } satisfies Trailer);
}

/** A row as one line, without its line break. JSON text is put in as it is stored, to the letter. */
export function lineOf(kind: Kind, row: KeptRow): string {
  let line = `{"kind":"${kind}"`;
  for (const [field, cell] of Object.entries(row)) line += `,"${field}":${jsonOf(cell)}`;
  return `${line}}`;
}

function headerOf(rows: ReadSnapshot, { kinds, since, until }: Selection): Header {
  return {
    format: FORMAT,
    version: FORMAT_VERSION,
    exportedAt: now(),
    kinds,
    since,
    until,
    lastIds: rows.lastIds(),
  };
}

function* chunksOf(kind: Kind, rows: Iterable<KeptRow>): Generator<{ lines: Buffer; count: number }> {
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
