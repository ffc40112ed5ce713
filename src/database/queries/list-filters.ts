import type { EntityMetadata } from 'typeorm';
import type { Query, Value } from '../query.js';
import { columnOf } from './columns.js';
import type { Dialect } from './dialect.js';
import type { ListRequest } from './list.js';
import { placesOf } from './lists.js';

/** A condition of a list, with the index that holds the matching rows in list order. */
export interface Filter {
  /** The conditions for index seeks, one for each value; undefined where no index has the rows. */
  readonly ranges: readonly Query[] | undefined;
  /** The residual predicate: the condition on a row (`key`) that a scan of another index has found. */
  readonly residual: Query;
}

/** The filters of a request that may be read along an index or tested row by row: those with a partial index first. */
export function filtersOf<Entity>(
  metadata: EntityMetadata,
  request: ListRequest<Entity>,
  dialect: Dialect,
): Filter[] {
  const flags = Object.entries<boolean | undefined>(request.flags ?? {});
  const values = Object.entries<readonly Value[] | undefined>(request.oneOf ?? {});
  return [
    ...flags.flatMap(([property, flag]) =>
      flag === undefined ? [] : [flagFilter(metadata, request.sortBy, dialect, property, flag)],
    ),
    ...values.flatMap(([property, given]) => (given ? [valueFilter(metadata, property, given)] : [])),
  ];
}

function valueFilter(metadata: EntityMetadata, property: string, given: readonly Value[]): Filter {
  const values = [...new Set(given)];
  const column = nameOf(metadata, property);
  const residual = { text: `${column} IN (${placesOf(values)})`, values };
  return { ranges: values.map((value) => ({ text: `${column} = ?`, values: [value] })), residual };
}

/**
 * A partial index holds the rows in which a flag is false. Where a statement can name it, the residual predicate looks
 * keys up in it too, because in the row the flag may lie behind a megabyte of text.
 */
function flagFilter(
  metadata: EntityMetadata,
  sortBy: string,
  { namesIndexes }: Dialect,
  property: string,
  flag: boolean,
): Filter {
  const { databaseName } = columnOf(metadata, property);
  const isFalse = `"${databaseName}" = false`;
  const index = metadata.indices.find(({ where }) => where === isFalse);
  if (!index) throw new Error(`${metadata.name} has no index of the rows where ${isFalse}`);
  const column = nameOf(metadata, property);
  const ranges = flag ? undefined : [{ text: isFalse, values: [] }];
  if (!namesIndexes) {
    const residual = { text: flag ? column : `NOT ${column}`, values: [] };
    return { ranges, residual };
  }
  const isIn =
    `EXISTS (SELECT 1 FROM "${metadata.tableName}" AS "other" INDEXED BY "${index.name}" WHERE "other".${isFalse} ` +
    `AND ("other"."${columnOf(metadata, sortBy).databaseName}", "other"."id") = ("key"."sortKey", "key"."id"))`;
  const text = flag ? `NOT ${isIn} AND ${column}` : isIn;
  return { ranges, residual: { text, values: [] } };
}

function nameOf(metadata: EntityMetadata, property: string): string {
  return `"${metadata.tableName}"."${columnOf(metadata, property).databaseName}"`;
}
