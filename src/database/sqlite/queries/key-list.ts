import type { ObjectLiteral, Repository } from 'typeorm';
import type { Part, Slice } from '../../../paging/index.js';
import { readRows } from './rows.js';
import { takeSlice } from '../../take-slice.js';

/**
 * Reads a slice of a table whose primary key is a text, in ascending order of its bytes. The rows end before they hold
 * more than `mostBytes`.
 */
// eslint-disable-next-line @typescript-eslint/require-await -- what fails has to reject
export async function readKeySlice<Entity extends ObjectLiteral>(
  { metadata, manager }: Repository<Entity>,
  part: Part,
): Promise<Slice<Entity>> {
  const [key] = metadata.primaryColumns;
  if (!key) throw new Error(`${metadata.name} has no primary key`);
  const columns = metadata.columns.map((column) => `"${column.databaseName}" AS "${column.propertyName}"`);
  const text =
    `SELECT ${columns.join(', ')} FROM "${metadata.tableName}" WHERE "${key.databaseName}" > ? ` +
    `ORDER BY "${key.databaseName}"`;
  // No key is empty, so that all come after the empty text.
  const reads = readRows(manager.dataSource, { text, values: [part.after?.sortKey ?? ''] });
  return takeSlice<Entity>(reads, part, (row) => ({ sortKey: String(row[key.propertyName]), id: 0 }));
}
