import type { ObjectLiteral, Repository } from 'typeorm';
import { columnOf, primaryColumnOf } from './columns.js';
import { readRows } from '../sqlite/queries/rows.js';

/**
 * Reads the size of a text column of one row from the record header, without reading the text.
 * @returns 0 where it is NULL; undefined where the row does not exist.
 */
// eslint-disable-next-line @typescript-eslint/require-await -- what fails has to reject
export async function octetLengthOf<Entity extends ObjectLiteral>(
  { metadata, manager }: Repository<Entity>,
  property: keyof Entity & string,
  key: string | number,
): Promise<number | undefined> {
  const column = columnOf(metadata, property).databaseName;
  const text =
    `SELECT coalesce(octet_length("${column}"), 0) AS "bytes" FROM "${metadata.tableName}" ` +
    `WHERE "${primaryColumnOf(metadata).databaseName}" = ?`;
  const [found] = readRows(manager.dataSource, { text, values: [key] });
  return found && Number(found.row['bytes']);
}
