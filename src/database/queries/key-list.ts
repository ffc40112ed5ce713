import type { ObjectLiteral, Repository } from 'typeorm';
import type { Part, Slice } from '../../paging/index.js';
import { primaryColumnOf } from './columns.js';
import { readRows } from '../sqlite/queries/rows.js';
import { takeSlice } from '../take-slice.js';

/**
 * Reads a slice of a table with a text primary key, in ascending byte order (keyset pagination). The slice ends before its
 * rows exceed `maxBytes`.
 */
export function readKeySlice<Entity extends ObjectLiteral, Row>(
  { metadata, manager }: Repository<Entity>,
  part: Part,
): Slice<Row> {
  const { databaseName, propertyName } = primaryColumnOf(metadata);
  const columns = metadata.columns.map((column) => `"${column.databaseName}" AS "${column.propertyName}"`);
  const text =
    `SELECT ${columns.join(', ')} FROM "${metadata.tableName}" WHERE "${databaseName}" > ? ` +
    `ORDER BY "${databaseName}"`;
  // No key is empty, so all keys are greater than ''.
  const reads = readRows(manager.dataSource, { text, values: [part.after?.sortKey ?? ''] });
  return takeSlice<Row>(reads, part, (row) => ({ sortKey: String(row[propertyName]), id: 0 }));
}
