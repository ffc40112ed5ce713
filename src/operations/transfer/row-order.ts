import { CONTENT_TABLES, keyOf, type Kind, type StoredRow } from '../../database/index.js';

interface Last {
  readonly key: string | number;
  readonly line: number;
}

/**
 * Checks that the rows of a kind are in ascending key order, which detects duplicates without keeping all keys in memory.
 */
export class RowOrder {
  private readonly last = new Map<Kind, Last>();

  /** The error of a row that is out of order; `undefined` for one in order. */
  orderError(kind: Kind, row: StoredRow, line: number): string | undefined {
    const name = CONTENT_TABLES[kind].key;
    const key = keyOf(kind, row);
    const last = this.last.get(kind);
    if (last && compare(key, last.key) <= 0) {
      const order = `rows stand in ascending order of ${name}`;
      return compare(key, last.key) === 0
        ? `${kind} ${key} is there twice, also in line ${last.line}`
        : `${kind} ${key} comes after ${last.key} of line ${last.line}: ${order}`;
    }
    this.last.set(kind, { key, line });
    return undefined;
  }
}

/** Compares numbers by value and texts by bytes, as SQLite does. */
function compare(a: string | number, b: string | number): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return Buffer.compare(Buffer.from(String(a)), Buffer.from(String(b)));
}
