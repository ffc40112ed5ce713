import { JsonText } from '../json/index.js';
import type { Cell, StoredRow, TableColumn } from './catalogue.js';
import type { Form } from './table-entry.js';

/** The stored value of a column; of a document, also whether it is valid JSON. */
interface StoredValue {
  readonly value: unknown;
  readonly isJson: boolean;
}

/** A row as exports have it. @param read gives the values of the columns, in order. */
export function toStoredRow(
  columns: readonly TableColumn[],
  read: (form: Form, column: string) => StoredValue,
): StoredRow {
  const row: Record<string, Cell> = {};
  for (const { field, column, form } of columns) {
    const { value, isJson } = read(form, column);
    if (form === 'document') row[field] = toDocument(value, isJson);
    else if (form === 'flag') row[field] = Boolean(value);
    else row[field] = form === 'amount' && value !== null ? finite(Number(value)) : toPlain(value);
  }
  return row;
}

/** A text that is no JSON object or array, or has several lines, is exported as a string, which keeps it byte for byte. */
export function toDocument(value: unknown, isJson: boolean): Cell {
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'string') return toPlain(value);
  const isOnOneLine = !value.includes('\n') && !value.includes('\r') && !value.includes('\0');
  // Surrounding white space would be lost in the line.
  const isBare = (open: string, close: string): boolean => value.startsWith(open) && value.endsWith(close);
  const isContainer = isBare('{', '}') || isBare('[', ']');
  return isJson && isOnOneLine && isContainer ? JsonText.of(value) : value;
}

function toPlain(value: unknown): Cell {
  if (typeof value === 'number') return finite(value);
  if (Buffer.isBuffer(value)) return value.toString();
  return value as string | null;
}

/** JSON has no infinity; the API answers `null` for it as well. */
function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
