import { KEPT_TABLES, keyOf, type Kind, type KeptRow } from '../../database/index.js';

interface Last {
  readonly key: string | number;
  readonly line: number;
}

/**
 * Rows of a kind stand in ascending order of their keys, so that one that is there twice is found without keeping
 * the keys of all the others.
 */
export class RowOrder {
  private readonly last = new Map<Kind, Last>();

  /** Why a row cannot stand where it stands; `undefined` where it can. */
  whyMisplaced(kind: Kind, row: KeptRow, line: number): string | undefined {
    const name = KEPT_TABLES[kind].key;
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

/** Numbers as such; texts by their bytes, as SQLite does. */
function compare(a: string | number, b: string | number): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return Buffer.compare(Buffer.from(String(a)), Buffer.from(String(b)));
}
