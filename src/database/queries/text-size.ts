import type { EntityMetadata } from 'typeorm';
import { packedColumnOf } from '../catalogue.js';
import { columnOf } from './columns.js';

/**
 * The SQL of the size of a text in bytes, which both engines have beside the row: the text is not read. A packed text is empty
 * in the row, which says how large it is.
 */
export function textSizeOf(metadata: EntityMetadata, property: string): string {
  const { databaseName } = columnOf(metadata, property);
  const table = `"${metadata.tableName}"`;
  const size = `octet_length(${table}."${databaseName}")`;
  return packedColumnOf(metadata.tableName) === databaseName
    ? `coalesce(nullif(${size}, 0), ${table}."bytes", 0)`
    : size;
}
