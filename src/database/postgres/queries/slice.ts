import { placeIn } from '../../blocks/read-block.js';
import type { FoundRow } from '../../blocks/unpacked-rows.js';
import type { ContentTable } from '../../catalogue.js';
import type { TimeSpan } from '../../engine.js';
import type { Query } from '../../query.js';
import { spanConditions } from '../../queries/time-span.js';
import { withinBytes } from '../../queries/within-bytes.js';
import { toStoredRow } from '../../stored-row.js';
import { POSTGRES_DIALECT } from './dialect.js';

const ROWS_PER_SLICE = 1000;
const BYTES_PER_SLICE = 4 * 1_048_576;
/** Larger documents are not parsed here, where everything else would wait for it. */
const MAX_PARSED_CHARACTERS = 262_144;

export type Key = string | number;
export type Found = Readonly<Record<string, unknown>>;

/** The query for the next rows after a key, of a bounded size: the server looks into no documents but theirs. */
export function sliceOf(
  table: ContentTable,
  span: TimeSpan,
  after: Key | undefined,
  validates: boolean,
): Query {
  const { name, key, timeColumn, columns } = table;
  const { conditions, values } = spanConditions(`"${timeColumn}"`, span);
  const where = [...(after === undefined ? [] : [`"${key}" > ?`]), ...conditions];
  const properties = columnsOf(table);
  const rows = {
    text:
      `SELECT ${properties.map((column) => `"${column}"`).join(', ')} FROM "${name}"` +
      `${where.length > 0 ? ` WHERE ${where.join(' AND ')}` : ''} ORDER BY "${key}" LIMIT ${ROWS_PER_SLICE}`,
    values: [...(after === undefined ? [] : [after]), ...values],
  };
  const texts = columns
    .filter(({ form }) => form === 'plain' || form === 'document')
    .map(({ column }) => column);
  const slice = withinBytes(
    POSTGRES_DIALECT,
    rows,
    { properties, texts, order: `"${key}"` },
    BYTES_PER_SLICE,
  );
  const checks = columns
    .filter(({ form }) => validates && form === 'document')
    .map(({ column }) => `, pg_input_is_valid("${column}", 'json') AS "${checkOf(column)}"`);
  const text = `SELECT *${checks.join('')} FROM (${slice.text}) AS "slice" ORDER BY "${key}"`;
  return { text, values: slice.values };
}

/** Whether a document is JSON, as the server says. */
function checkOf(column: string): string {
  return `${column} is JSON`;
}

/** The columns that are read: those of exports, and where a packed text lies. */
export function columnsOf({ columns, entry }: ContentTable): string[] {
  return [...columns.map(({ column }) => column), ...(entry.packed ? ['block_id', 'block_index'] : [])];
}

export function* toRows(table: ContentTable, rows: Iterable<Found>): Generator<FoundRow> {
  for (const row of rows) yield toFoundRow(table, row);
}

export function toFoundRow({ columns, entry }: ContentTable, found: Found): FoundRow {
  const row = toStoredRow(columns, (form, column) => ({
    value: found[column],
    isJson: form === 'document' && ((found[checkOf(column)] as boolean | null) ?? isJson(found[column])),
  }));
  const { block_id: blockId, block_index: blockIndex } = found as Record<string, number | null>;
  return { row, place: entry.packed && placeIn(row[entry.packed.field], blockId, blockIndex) };
}

/** A large document that nobody has checked counts as a text, which is exported as a string, byte for byte. */
function isJson(value: unknown): boolean {
  if (typeof value !== 'string' || value.length > MAX_PARSED_CHARACTERS) return false;
  try {
    JSON.parse(value);
    return true;
  } catch {
    return false;
  }
}
