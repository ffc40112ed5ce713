import { CONTENT_TABLES } from '../catalogue.js';
import type { Query, Value } from '../query.js';
import type { ContentEntry, SearchedColumns } from '../table-entry.js';
import type { IndexedKind } from './search.js';

/** A row of a kind with what is searched of it, by field. */
export type TextRow = Readonly<Record<string, unknown>> & { readonly id: number };

/** The fields that the pattern of an event is made of. */
const PATTERN = new Set(['source', 'type', 'node', 'summary']);
/** A text that is longer is searched up to here: the index takes in no more. */
const MAX_CHARACTERS = 40_000;

/** The entry of a kind that has a text index. */
export function searchedEntry(kind: IndexedKind): ContentEntry & { readonly search: SearchedColumns } {
  const { entry } = CONTENT_TABLES[kind];
  if (!entry.search) throw new Error(`No text of a ${kind} is searched.`);
  return { ...entry, search: entry.search };
}

interface TextOptions {
  /** Where texts are cut. */
  readonly maxCharacters?: number;
  /** A field beside those that the index takes in. */
  readonly also?: string | undefined;
}

/** Reads what the index takes in of the rows that a condition selects; long texts are cut. */
export function selectTexts(
  kind: IndexedKind,
  where: string,
  values: readonly Value[] = [],
  { maxCharacters = MAX_CHARACTERS, also }: TextOptions = {},
): Query {
  const { name, columns, entry, timeColumn } = CONTENT_TABLES[kind];
  const body = new Set<string>(entry.search?.body);
  const selected = columns
    .filter(
      ({ field, column }) =>
        body.has(field) || field === 'id' || field === also || column === timeColumn || isPlain(kind, field),
    )
    .map(({ field, column }) =>
      body.has(field)
        ? `substr(CAST("${column}" AS text), 1, ${maxCharacters}) AS "${field}"`
        : `"${column}" AS "${field}"`,
    );
  return { text: `SELECT ${selected.join(', ')} FROM "${name}" WHERE ${where}`, values };
}

/** Fields that rows are told apart by. */
function isPlain(kind: IndexedKind, field: string): boolean {
  const { search } = CONTENT_TABLES[kind].entry;
  return field in (search?.tags ?? {}) || (search?.hasPattern === true && PATTERN.has(field));
}
