import { CATALOGUE, type CatalogueTable, type TableColumn } from '../catalogue.js';
import type { Kept } from '../table-entry.js';

/** A table whose rows go along where a memory is copied. */
export interface KeptTable {
  readonly name: string;
  /** Those that both engines have, internal ones as well: rows are copied as they are stored. */
  readonly columns: readonly TableColumn[];
  /** The columns of the primary key. */
  readonly key: readonly string[];
  readonly hasGeneratedIds: boolean;
  /** Whether triggers fill it while other tables are written: it comes last, and its rows take the place of theirs. */
  readonly isFilledByOthers: boolean;
  /** Whether it holds the secrets of the service, which lie in files of their own beside a file that is served. */
  readonly holdsSecrets: boolean;
}

/** In the order in which they are copied. */
export const KEPT_TABLES: readonly KeptTable[] = CATALOGUE.flatMap((table) => {
  const kept = keptOf(table);
  return kept ? [describe(table, kept)] : [];
}).sort((one, other) => Number(one.isFilledByOthers) - Number(other.isFilledByOthers));

function keptOf({ entry }: CatalogueTable): Kept | undefined {
  if (entry.role === 'content') return { by: [entry.key] };
  return entry.kept === false ? undefined : entry.kept;
}

function describe(
  { name, columns, hasGeneratedIds, entry }: CatalogueTable,
  { by, unlessDamaged }: Kept,
): KeptTable {
  return {
    name,
    columns,
    key: columns.filter(({ field }) => by.includes(field)).map(({ column }) => column),
    hasGeneratedIds,
    isFilledByOthers: entry.role === 'derived' || (entry.role === 'content' && entry.sameBy !== undefined),
    holdsSecrets: unlessDamaged === true,
  };
}

/** The key of a row, for people. */
export function keyText({ columns, key }: KeptTable, row: readonly unknown[]): string {
  const parts = columns.flatMap(({ column }, index) => (key.includes(column) ? [String(row[index])] : []));
  return parts.join(', ');
}
