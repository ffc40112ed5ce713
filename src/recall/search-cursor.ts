import { decodeCursor, encodeCursor } from '../paging/cursor.js';
import { SEARCH_KINDS, type SearchBasis, type SearchPosition } from './search/search.types.js';

type Packed = readonly [
  score: number,
  kind: number,
  key: string | number,
  newest: readonly [event: number, message: number],
  marks: readonly [event: number, message: number],
  rows: readonly [event: number, message: number, outside: number],
  ranked: string,
  documents: readonly [event: string, message: string, outside: string],
  corrections: SearchBasis['corrections'],
  time: string,
];

/** Encodes a position as a cursor of this search. */
export function encodePosition(position: SearchPosition, scope: string): string {
  const { score, kind, key, newest, marks, rows, ranked, documents, corrections, time } = position;
  const packed: Packed = [
    score,
    SEARCH_KINDS.indexOf(kind),
    key,
    [newest.event, newest.message],
    [marks.event, marks.message],
    [rows.event, rows.message, rows.outside],
    pack(ranked),
    [pack(documents.event), pack(documents.message), pack(documents.outside)],
    corrections,
    time,
  ];
  return encodeCursor({ sortKey: JSON.stringify(packed), id: 0 }, scope);
}

/** @throws ProblemError `validation_failed` naming `cursor`, unless the text was made for this scope. */
export function decodePosition(cursor: string, scope: string): SearchPosition {
  const packed = JSON.parse(decodeCursor(cursor, scope).sortKey) as Packed;
  const [score, kind, key, newest, marks, rows, ranked, documents, corrections, time] = packed;
  return {
    score,
    kind: SEARCH_KINDS[kind] ?? 'event',
    key,
    newest: { event: newest[0], message: newest[1] },
    marks: { event: marks[0], message: marks[1] },
    rows: { event: rows[0], message: rows[1], outside: rows[2] },
    ranked: unpack(ranked),
    documents: {
      event: unpack(documents[0]),
      message: unpack(documents[1]),
      outside: unpack(documents[2]),
    },
    corrections,
    time,
  };
}

/** A cursor has its place in a URL: numbers are written short. */
function pack(numbers: readonly number[]): string {
  return numbers.map((number) => number.toString(36)).join('.');
}

function unpack(text: string): number[] {
  return text === '' ? [] : text.split('.').map((number) => parseInt(number, 36));
}
