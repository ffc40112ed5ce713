import type { ObjectLiteral, Repository } from 'typeorm';
import { mapRows, SMALL_PAGE_BYTES, type ToAnswer } from '../../paging/index.js';
import type { Key } from '../feed/feed-change.js';
import { columnOf, isText, primaryColumnOf } from './columns.js';
import type { RowReader } from './dialect.js';
import { placesOf } from './lists.js';
import { withinBytes } from './within-bytes.js';

/** Rows that were looked for by their keys. */
export interface RowsByKey<Of extends Key, Answer> {
  /** The keys that were looked for, in ascending order: so many of the given ones as there was room for. */
  readonly keys: readonly Of[];
  /** Those of them that are there. */
  readonly found: ReadonlyMap<Of, Answer>;
}

/** Texts in the order of their bytes, as databases sort them. */
export function byKey(one: Key, other: Key): number {
  if (typeof one === 'number' && typeof other === 'number') return one - other;
  return Buffer.compare(Buffer.from(String(one)), Buffer.from(String(other)));
}

/** Reads rows by their primary keys, in ascending order, until they exceed a small page. */
export async function readByKeys<Entity extends ObjectLiteral, Answer, Of extends Key>(
  { metadata }: Repository<Entity>,
  keys: readonly Of[],
  map: ToAnswer<Entity, Answer>,
  reader: RowReader,
): Promise<RowsByKey<Of, Answer>> {
  const sorted = [...new Set(keys)].sort(byKey);
  const { databaseName, propertyName } = primaryColumnOf(metadata);
  const properties = metadata.columns.map((column) => column.propertyName);
  const columns = metadata.columns.map((column) => `"${column.databaseName}" AS "${column.propertyName}"`);
  const query = {
    text:
      `SELECT ${columns.join(', ')} FROM "${metadata.tableName}" ` +
      `WHERE "${databaseName}" IN (${placesOf(sorted)}) ORDER BY "${databaseName}"`,
    values: sorted,
  };
  const texts = properties.filter((property) => isText(columnOf(metadata, property)));
  const shape = { properties, texts, order: `"${propertyName}"` };
  const bounded = withinBytes(reader.dialect, query, shape, SMALL_PAGE_BYTES);
  const { rows, isCut } = await reader.read<Entity>(bounded, { maxBytes: SMALL_PAGE_BYTES });
  const keyOf = (row: Entity): Of => row[propertyName] as Of;
  const last = rows.at(-1);
  const looked = isCut && last ? sorted.slice(0, sorted.indexOf(keyOf(last)) + 1) : sorted;
  const answers = await mapRows(rows, map);
  return {
    keys: looked,
    found: new Map(rows.map((row, index) => [keyOf(row), answers[index] as Answer])),
  };
}
