import type { ObjectLiteral, Repository } from 'typeorm';
import { readRows } from './rows.js';

/**
 * How many bytes a text column of one row takes, without reading it: SQLite has the size in the head of the row.
 * @returns 0 where it is NULL; undefined where there is no such row.
 */
// eslint-disable-next-line @typescript-eslint/require-await -- what fails has to reject
export async function octetLengthOf<Entity extends ObjectLiteral>(
  { metadata, manager }: Repository<Entity>,
  column: keyof Entity & string,
  id: number,
): Promise<number | undefined> {
  const name = metadata.findColumnWithPropertyName(column)?.databaseName;
  if (name === undefined) throw new Error(`${metadata.name} has no column for ${column}`);
  const text = `SELECT coalesce(octet_length("${name}"), 0) AS "bytes" FROM "${metadata.tableName}" WHERE "id" = ?`;
  const [found] = readRows(manager.dataSource, { text, values: [id] });
  return found && Number(found.row['bytes']);
}
