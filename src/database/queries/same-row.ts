import type { ContentTable } from '../catalogue.js';

/** How an import finds the row of a table that is one of the file: by its key, or by what else makes it the same. */
export interface SameRow {
  readonly condition: string;
  /** The fields whose values the condition takes. */
  readonly fields: readonly string[];
}

export function sameRow({ key, columns, entry: { sameBy } }: ContentTable): SameRow {
  if (!sameBy) return { condition: `"${key}" = ?`, fields: [key] };
  const names = sameBy.map((field) => columns.find((one) => one.field === field)?.column ?? field);
  // An index is used for an equality on every engine; the others may be NULL.
  const condition = names
    .map((name, index) => `"${name}" ${index === 0 ? '=' : 'IS NOT DISTINCT FROM'} ?`)
    .join(' AND ');
  return { condition, fields: sameBy };
}
