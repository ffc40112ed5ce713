import type { Client } from 'pg';
import type { ColumnRule } from '../../copy/column-rules.js';
import type { KeptTable } from '../../copy/kept-tables.js';
import type { CellType } from '../../copy/row-text.js';

interface ColumnRow {
  readonly table: string;
  readonly column: string;
  readonly type: string;
  readonly required: boolean;
}

const COLUMNS = `SELECT table_name AS "table", column_name AS "column", udt_name AS "type", is_nullable = 'NO' AS "required"
  FROM information_schema.columns WHERE table_schema = current_schema()`;

const TYPES: Readonly<Record<string, CellType>> = {
  text: 'text',
  int8: 'integer',
  bool: 'flag',
  float8: 'amount',
  bytea: 'bytes',
};

/** What the columns of the kept tables take, as the server says. */
export class ColumnTypes {
  private readonly known = new Map<KeptTable, readonly ColumnRule[]>();

  private constructor(private readonly rows: readonly ColumnRow[]) {}

  static async read(client: Client): Promise<ColumnTypes> {
    return new ColumnTypes((await client.query<ColumnRow>(COLUMNS)).rows);
  }

  /** In the order of the columns of the table. */
  of(table: KeptTable): readonly ColumnRule[] {
    const known = this.known.get(table);
    if (known) return known;
    const made = table.columns.map(({ column }): ColumnRule => {
      const found = this.rows.find((row) => row.table === table.name && row.column === column);
      return { type: TYPES[found?.type ?? ''] ?? 'text', isRequired: found?.required ?? false };
    });
    this.known.set(table, made);
    return made;
  }
}
