import type { ObjectLiteral, Repository } from 'typeorm';
import { columnOf, primaryColumnOf } from './columns.js';
import type { RowReader } from './dialect.js';

/**
 * Reads the size of a text column of one row without reading the text: both engines have it beside the row.
 * @returns 0 where it is NULL; undefined where the row does not exist.
 */
export async function octetLengthOf<Entity extends ObjectLiteral>(
  { metadata }: Repository<Entity>,
  property: keyof Entity & string,
  key: string | number,
  reader: RowReader,
): Promise<number | undefined> {
  const column = columnOf(metadata, property).databaseName;
  const text =
    `SELECT coalesce(octet_length("${column}"), 0) AS "bytes" FROM "${metadata.tableName}" ` +
    `WHERE "${primaryColumnOf(metadata).databaseName}" = ?`;
  const [found] = (await reader.read<{ bytes: unknown }>({ text, values: [key] })).rows;
  return found && Number(found.bytes);
}
