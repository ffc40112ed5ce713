import type { Client } from 'pg';
import { RowsRefused } from '../../copy/ends.js';
import { KEPT_TABLES, type KeptTable } from '../../copy/kept-tables.js';
import { sqlStateOf } from '../connection/errors.js';

interface IndexRow {
  readonly table: string;
  readonly name: string;
  readonly definition: string;
}

/** Unique ones stay: they are rules, and a row that breaks one is named where it is written. */
const INDEXES = `SELECT "table".relname AS "table", quote_ident("index".relname) AS "name",
    pg_get_indexdef(indexrelid) AS "definition"
  FROM pg_index JOIN pg_class AS "table" ON "table".oid = indrelid JOIN pg_class AS "index" ON "index".oid = indexrelid
  WHERE "table".relnamespace = current_schema()::regnamespace AND "table".relname = ANY ($1) AND NOT indisunique
  ORDER BY 1, 2`;

/** SQLSTATE: texts are longer than an index holds. */
const LIMIT_CODE = '54000';
/** Where the server says which row it is about. */
const ROW_PLACE = /\(\d+,\d+\)/;

/** Indexes that are made after the rows, in the same transaction: adding row by row takes several times as long. */
export class LaterIndexes {
  private constructor(
    private readonly client: Client,
    private readonly indexes: readonly IndexRow[],
  ) {}

  /** Drops those of the kept tables. */
  static async dropIn(client: Client): Promise<LaterIndexes> {
    const { rows } = await client.query<IndexRow>(INDEXES, [KEPT_TABLES.map(({ name }) => name)]);
    for (const { name } of rows) await client.query(`DROP INDEX ${name}`);
    return new LaterIndexes(client, rows);
  }

  /** @throws RowsRefused where one cannot hold a row. */
  async make(): Promise<void> {
    for (const index of this.indexes) {
      await this.client.query('SAVEPOINT before_index');
      try {
        await this.client.query(index.definition);
      } catch (error) {
        if (sqlStateOf(error) !== LIMIT_CODE) throw error;
        await this.client.query('ROLLBACK TO SAVEPOINT before_index');
        throw new RowsRefused([await this.explain(index, error as Error & { detail?: string })]);
      }
    }
  }

  private async explain({ table, name }: IndexRow, { detail, message }: Error & { detail?: string }) {
    const place = ROW_PLACE.exec(detail ?? '')?.[0] ?? '';
    const kept = KEPT_TABLES.find((one) => one.name === table);
    const key = kept && place ? await this.keyAt(kept, place) : 'of an unknown key';
    return `${table} ${key}: its texts are too long for the index ${name} (${message})`;
  }

  private async keyAt({ name, key }: KeptTable, place: string): Promise<string> {
    const columns = key.map((column) => `"${column}"`).join(', ');
    const { rows } = await this.client.query<Record<string, unknown>>(
      `SELECT ${columns} FROM "${name}" WHERE ctid = $1::tid`,
      [place],
    );
    return key.map((column) => String(rows[0]?.[column])).join(', ');
  }
}
