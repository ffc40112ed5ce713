import type { ObjectLiteral, Repository } from 'typeorm';
import { primaryColumnOf } from './columns.js';
import type { RowReader } from './dialect.js';
import { textSizeOf } from './text-size.js';

/**
 * Reads the size of a text column of one row.
 * @returns 0 where it is NULL; undefined where the row does not exist.
 */
export async function octetLengthOf<Entity extends ObjectLiteral>(
  { metadata }: Repository<Entity>,
  property: keyof Entity & string,
  key: string | number,
  reader: RowReader,
): Promise<number | undefined> {
  const text =
    `SELECT coalesce(${textSizeOf(metadata, property)}, 0) AS "bytes" FROM "${metadata.tableName}" ` +
    `WHERE "${primaryColumnOf(metadata).databaseName}" = ?`;
  const [found] = (await reader.read<{ bytes: unknown }>({ text, values: [key] })).rows;
  return found && Number(found.bytes);
}
