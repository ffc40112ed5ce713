import {
  CONTENT_TABLES,
  placesOf,
  searchedEntry,
  selectTexts,
  type IndexedKind,
  type Query,
  type Taken,
  type ThreadReader,
  type Value,
} from '../../database/programs.js';
import { searchedText, type SearchedEntry } from '../../text/indexed-text.js';
import type { SearchKind } from './search.types.js';

/** A row of which the text is searched. */
export interface TextRow {
  readonly id: number;
  readonly timestamp: string;
  readonly text: string;
}

export interface MessageRow extends TextRow {
  readonly sessionId: string;
}

export interface EventRow extends TextRow {
  readonly type: string;
  readonly severity: string;
  readonly source: string;
  readonly node: string | null;
  readonly summary: string;
}

export interface RowOfKind {
  readonly event: EventRow;
  readonly message: MessageRow;
}

/** How much of each text is read, where it is not said; what the index found may be anywhere in it. */
const MAX_CHARACTERS = 20_000;
/** How much of texts is read that are looked through. */
export const MAX_SCANNED_CHARACTERS = 4000;
/** One message to the thread, and one list, is of no more characters than this: the sender waits while it is copied. */
const MAX_LIST_CHARACTERS = 2_600_000;
/** How much of each text is read, and how much of them together; the rows end before they hold more. */
export interface TextBounds {
  readonly maxCharacters?: number;
  readonly maxBytes?: number;
}

/** Statements for lists of ids have these lengths, so that they are few; a list is filled with its last id. */
const LIST_LENGTHS = [16, 128, 512];

export async function readAll<Row>(reader: ThreadReader, query: Query): Promise<Row[]> {
  return (await reader.read<Row>(query)).rows;
}

/** Reads rows with their texts. @param where a condition, which may go on with an order and a limit. */
export async function readTexts<Kind extends IndexedKind>(
  reader: ThreadReader,
  kind: Kind,
  where: string,
  values: readonly Value[],
  bounds: TextBounds = {},
): Promise<RowOfKind[Kind][]> {
  return (await takeTexts(reader, kind, where, values, bounds)).rows;
}

/** The same, and whether there are more. */
export async function takeTexts<Kind extends IndexedKind>(
  reader: ThreadReader,
  kind: Kind,
  where: string,
  values: readonly Value[],
  { maxCharacters = MAX_CHARACTERS, maxBytes }: TextBounds,
): Promise<Taken<RowOfKind[Kind]>> {
  const also = kind === 'message' ? 'sessionId' : undefined;
  const query = selectTexts(kind, where, values, { maxCharacters, also });
  const bounds = maxBytes === undefined ? undefined : { maxBytes };
  const taken = await reader.read<Record<string, unknown>>(query, bounds);
  return { ...taken, rows: taken.rows.map((row) => toTextRow(kind, row, maxCharacters)) };
}

/** Reads the rows with these ids, in any order. */
export async function readTextsById<Kind extends IndexedKind>(
  reader: ThreadReader,
  kind: Kind,
  ids: readonly number[],
  maxCharacters = MAX_CHARACTERS,
): Promise<RowOfKind[Kind][]> {
  const rows: RowOfKind[Kind][] = [];
  for (const { text, values } of listsOf(ids, MAX_LIST_CHARACTERS / maxCharacters)) {
    rows.push(...(await readTexts(reader, kind, `"id" IN (${text})`, values, { maxCharacters })));
  }
  return rows;
}

/** The placeholders of lists that hold these ids. */
export function listsOf(ids: readonly number[], max = Infinity): Query[] {
  const most = LIST_LENGTHS.findLast((length) => length <= max) ?? 1;
  return Array.from({ length: Math.ceil(ids.length / most) }, (_, index) =>
    listOf(ids.slice(index * most, (index + 1) * most)),
  );
}

function listOf(ids: readonly number[]): Query {
  const length = LIST_LENGTHS.find((most) => most >= ids.length) ?? ids.length;
  const values = Array.from({ length }, (_, index) => ids[index] ?? ids.at(-1) ?? 0);
  return { text: placesOf(values), values };
}

/** A file of the first backend may hold any type in any column. */
function toTextRow<Kind extends IndexedKind>(
  kind: Kind,
  row: Record<string, unknown>,
  maxCharacters: number,
): RowOfKind[Kind] {
  const text = searchedText(row, ENTRIES[kind], maxCharacters);
  return { ...row, text } as unknown as RowOfKind[Kind];
}

const ENTRIES: Readonly<Record<IndexedKind, SearchedEntry>> = {
  event: searchedEntry('event'),
  message: searchedEntry('message'),
};

/** The table and the column of time of a kind. */
export function tableOf(kind: SearchKind): { readonly name: string; readonly time: string } {
  const { name, timeColumn } = CONTENT_TABLES[kind];
  return { name, time: timeColumn };
}
