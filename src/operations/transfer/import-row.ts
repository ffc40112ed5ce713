import { check } from '../../validation/index.js';
import { CONTENT_TABLES, KINDS, type Cell, type Kind, type StoredRow } from '../../database/index.js';
import { EventRow, MessageRow, PreferenceChangeRow, PreferenceRow, SnapshotRow } from './row.dto.js';

/** The DTO that validates the rows of each kind. */
export const ROWS: Readonly<Record<Kind, new () => object>> = {
  event: EventRow,
  message: MessageRow,
  snapshot: SnapshotRow,
  preference_change: PreferenceChangeRow,
  preference: PreferenceRow,
};

export interface ReadRow {
  readonly kind: Kind;
  readonly row: StoredRow;
}

/**
 * Validates the line of a row by the rules of the API.
 * @param line the parsed line, with its documents as text.
 * @returns the row, or its errors.
 */
export function readRow(line: Record<string, unknown>): ReadRow | string[] {
  const { kind, ...fields } = line;
  if (!isKind(kind)) return [`kind must be one of: ${KINDS.join(', ')}`];
  const { value, errors } = check(ROWS[kind], fields, '');
  if (errors.length > 0) return errors.map(({ field, message }) => `${field} ${message}`);
  return { kind, row: toRow(kind, value) };
}

export function isKind(value: unknown): value is Kind {
  return KINDS.includes(value as Kind);
}

function toRow(kind: Kind, checked: object): StoredRow {
  const cells = CONTENT_TABLES[kind].columns.map(
    ({ field }) => [field, (Reflect.get(checked, field) ?? null) as Cell] as const,
  );
  return Object.fromEntries(cells);
}
