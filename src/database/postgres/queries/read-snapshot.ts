import type { PoolClient } from 'pg';
import { CONTENT_TABLES, type ContentTable, type Kind, type StoredRow } from '../../catalogue.js';
import type { ReadSnapshot, TimeSpan } from '../../engine.js';
import { withinBytes } from '../../queries/within-bytes.js';
import { toStoredRow } from '../../stored-row.js';
import { translatePostgresError } from '../connection/errors.js';
import { POSTGRES_DIALECT } from './dialect.js';
import { poolOf } from './row-reader.js';
import type { DataSource } from 'typeorm';

const ROWS_PER_SLICE = 1000;
const BYTES_PER_SLICE = 4 * 1_048_576;

/** A repeatable read transaction on a connection of the pool: it sees all rows as they were at its first statement. */
export class PostgresReadSnapshot implements ReadSnapshot {
  private isClosed = false;

  private constructor(private readonly client: PoolClient) {}

  static async open(reader: DataSource): Promise<PostgresReadSnapshot> {
    const client = await poolOf(reader).connect();
    try {
      await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL statement_timeout = 0');
      await client.query('SELECT position FROM feed_head');
      return new PostgresReadSnapshot(client);
    } catch (error) {
      client.release(true);
      throw error;
    }
  }

  async count(kind: Kind, span: TimeSpan = {}): Promise<number> {
    const { name, timeColumn } = CONTENT_TABLES[kind];
    const { conditions, values } = spanConditions(timeColumn, span);
    const where = conditions.length > 0 ? ` WHERE ${conditions.join(' AND ')}` : '';
    const [counted] = await this.rows<{ count: number }>(
      `SELECT count(*) AS "count" FROM "${name}"${where}`,
      values,
    );
    return counted?.count ?? 0;
  }

  async lastIds(): Promise<Partial<Record<Kind, number>>> {
    const last: Partial<Record<Kind, number>> = {};
    for (const table of Object.values(CONTENT_TABLES)) {
      if (!table.hasGeneratedIds) continue;
      const [found] = await this.rows<{ last: number; isCalled: boolean }>(
        `SELECT last_value AS "last", is_called AS "isCalled" FROM "${sequenceOf(table.name)}"`,
      );
      if (found?.isCalled) last[table.entry.kind as Kind] = found.last;
    }
    return last;
  }

  async *slices(kind: Kind, span: TimeSpan = {}): AsyncGenerator<Iterable<StoredRow>> {
    const table = CONTENT_TABLES[kind];
    const { name, key, timeColumn, columns } = table;
    const { conditions, values } = spanConditions(timeColumn, span);
    const texts = columns
      .filter(({ form }) => form === 'plain' || form === 'document')
      .map(({ column }) => column);
    const shape = { properties: columns.map(({ column }) => column), texts, order: `"${key}"` };
    for (let after: unknown; ;) {
      const start = after === undefined ? [] : [`"${key}" > ?`];
      const where = [...start, ...conditions];
      const text =
        `SELECT ${columns.map(({ column }) => `"${column}"`).join(', ')} FROM "${name}"` +
        `${where.length > 0 ? ` WHERE ${where.join(' AND ')}` : ''} ORDER BY "${key}" LIMIT ${ROWS_PER_SLICE}`;
      const given = [...(after === undefined ? [] : [after as string | number]), ...values];
      const query = withinBytes(POSTGRES_DIALECT, { text, values: given }, shape, BYTES_PER_SLICE);
      const found = await this.rows<Record<string, unknown>>(query.text, query.values);
      if (found.length === 0) return;
      yield found.map((row) => rowOf(table, row));
      after = found.at(-1)?.[key];
    }
  }

  async find(kind: Kind, row: StoredRow): Promise<StoredRow | undefined> {
    const table = CONTENT_TABLES[kind];
    const columns = table.columns.map(({ column }) => `"${column}"`).join(', ');
    const [found] = await this.rows<Record<string, unknown>>(
      `SELECT ${columns} FROM "${table.name}" WHERE "${table.key}" = ?`,
      [row[table.key]],
    );
    return found && rowOf(table, found);
  }

  async close(): Promise<void> {
    if (this.isClosed) return;
    this.isClosed = true;
    const isEnded = await this.client.query('ROLLBACK').then(
      () => true,
      () => false,
    );
    this.client.release(!isEnded);
  }

  private async rows<Row extends object>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    try {
      return (await this.client.query<Row>(POSTGRES_DIALECT.toDriver(text), [...values])).rows;
    } catch (error) {
      throw translatePostgresError(error);
    }
  }
}

function rowOf({ columns }: ContentTable, row: Readonly<Record<string, unknown>>): StoredRow {
  return toStoredRow(columns, (form, column) => ({
    value: row[column],
    isJson: form === 'document' && isJson(row[column]),
  }));
}

function isJson(value: unknown): boolean {
  try {
    JSON.parse(String(value));
    return true;
  } catch {
    return false;
  }
}

/** The generator of the ids of a table, as PostgreSQL names that of an identity column. */
export function sequenceOf(table: string): string {
  return `${table}_id_seq`;
}

function spanConditions(
  column: string,
  { since, until }: TimeSpan,
): { conditions: string[]; values: string[] } {
  const conditions: string[] = [];
  if (since !== undefined) conditions.push(`"${column}" >= ?`);
  if (until !== undefined) conditions.push(`"${column}" < ?`);
  return { conditions, values: [since, until].filter((bound) => bound !== undefined) };
}
