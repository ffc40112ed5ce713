import { createHash } from 'node:crypto';

/** A table on one side. */
export interface TableSide {
  readonly rows: number;
  /** Of the lines of all rows, in the order of the key: SHA-256, in hexadecimal. */
  readonly digest: string;
  readonly lastId: number;
}

export class TableDigest {
  private readonly hash = createHash('sha256');
  private rows = 0;

  add(rows: number, lines: string): void {
    this.rows += rows;
    this.hash.update(lines);
  }

  end(lastId: number): TableSide {
    return { rows: this.rows, digest: this.hash.digest('hex'), lastId };
  }
}

export function isEqual(one: TableSide, other: TableSide): boolean {
  return one.rows === other.rows && one.digest === other.digest && one.lastId === other.lastId;
}
