import { isPlainObject, jsonTextOf, rememberText } from '../common/json/index.js';
import { check } from '../common/validation/index.js';
import { JsonText, KEPT_TABLES, KINDS, type Cell, type Kind, type KeptRow } from '../database/index.js';
import { rawMember } from './raw-member.js';
import { EventRow, MessageRow, PreferenceRow, SnapshotRow } from './row.dto.js';

const ROWS: Readonly<Record<Kind, new () => object>> = {
  event: EventRow,
  message: MessageRow,
  snapshot: SnapshotRow,
  preference: PreferenceRow,
};

export interface ReadRow {
  readonly kind: Kind;
  readonly row: KeptRow;
}

/**
 * Reads the line of a row under the rules of the API.
 * @param line the object that the line holds.
 * @param text the line itself, for what of it is kept to the letter.
 * @returns the row, or all that is wrong with it.
 */
export function readRow(line: Record<string, unknown>, text: string): ReadRow | string[] {
  const { kind, ...fields } = line;
  if (!isKind(kind)) return [`kind must be one of: ${KINDS.join(', ')}`];
  rememberDocuments(kind, fields, text);
  const { value, errors } = check(ROWS[kind], fields, '');
  if (errors.length > 0) return errors.map(({ field, message }) => `${field} ${message}`);
  return { kind, row: toRow(kind, value) };
}

export function isKind(value: unknown): value is Kind {
  return KINDS.includes(value as Kind);
}

/** Documents are kept as the line has them: the rules look at the value, the row gets its text. */
function rememberDocuments(kind: Kind, fields: Record<string, unknown>, text: string): void {
  for (const { field, form } of KEPT_TABLES[kind].columns) {
    const value = fields[field];
    if (form !== 'document' || !(isPlainObject(value) || Array.isArray(value))) continue;
    rememberText(value, rawMember(text, field) ?? '');
  }
}

function toRow(kind: Kind, checked: object): KeptRow {
  const cells = KEPT_TABLES[kind].columns.map(({ field }) => {
    const value: unknown = Reflect.get(checked, field) ?? null;
    const isDocument = typeof value === 'object' && value !== null;
    return [field, isDocument ? new JsonText(jsonTextOf(value)) : (value as Cell)] as const;
  });
  return Object.fromEntries(cells);
}
