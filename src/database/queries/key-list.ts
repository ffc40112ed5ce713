import type { ObjectLiteral, Repository } from 'typeorm';
import type { Part, Slice } from '../../paging/index.js';
import { columnOf, isText, primaryColumnOf } from './columns.js';
import type { RowReader } from './dialect.js';
import { withinBytes } from './within-bytes.js';
import { toSlice } from './take-slice.js';

/**
 * Reads a slice of a table with a text primary key, in ascending byte order (keyset pagination). The slice ends before its
 * rows exceed `maxBytes`.
 */
export async function readKeySlice<Entity extends ObjectLiteral, Row>(
  { metadata }: Repository<Entity>,
  part: Part,
  reader: RowReader,
): Promise<Slice<Row>> {
  const { databaseName, propertyName } = primaryColumnOf(metadata);
  const key = `"${databaseName}"`;
  const properties = metadata.columns.map((column) => column.propertyName);
  const columns = metadata.columns.map((column) => `"${column.databaseName}" AS "${column.propertyName}"`);
  // No key is empty, so all keys are greater than ''.
  const query = {
    text: `SELECT ${columns.join(', ')} FROM "${metadata.tableName}" WHERE ${key} > ? ORDER BY ${key} LIMIT ?`,
    values: [part.after?.sortKey ?? '', part.limit + 1],
  };
  const texts = properties.filter((property) => isText(columnOf(metadata, property)));
  const bounded = withinBytes(
    reader.dialect,
    query,
    { properties, texts, order: `"${propertyName}"` },
    part.maxBytes,
  );
  const taken = await reader.read<Row>(bounded, part);
  return toSlice(taken, (row) => ({ sortKey: String(row[propertyName]), id: 0 }));
}
