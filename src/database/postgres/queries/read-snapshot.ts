import pg, { type Client } from 'pg';
import type { PostgresOptions } from '../../database.options.js';
import { CONTENT_TABLES, type ContentTable, type Kind, type StoredRow } from '../../catalogue.js';
import type { ReadSnapshot, TimeSpan } from '../../engine.js';
import type { Query } from '../../query.js';
import { withinBytes } from '../../queries/within-bytes.js';
import { spanConditions } from '../../queries/time-span.js';
import { toStoredRow } from '../../stored-row.js';
import { clientOptions } from '../connection/client-options.js';
import { sqlStateOf, translatePostgresError } from '../connection/errors.js';
import { POSTGRES_DIALECT } from './dialect.js';

const ROWS_PER_SLICE = 1000;
const BYTES_PER_SLICE = 4 * 1_048_576;

/** How long the server may take to say goodbye. */
const END_TIMEOUT_MS = 5000;
/** Since PostgreSQL 16 the server says whether a text is JSON. */
const VALIDATES = `current_setting('server_version_num')::int >= 160000`;
/** Larger documents are not parsed here, where everything else would wait for it. */
const MAX_PARSED_CHARACTERS = 262_144;
/** JSON so deep that the server refuses to look at it. */
const TOO_DEEP_CODE = '54001';

/**
 * A repeatable read transaction on a connection of its own, which no request waits for: it sees all rows as they were at
 * its first statement.
 */
export class PostgresReadSnapshot implements ReadSnapshot {
  private closing: Promise<void> | undefined;

  private constructor(
    private readonly client: Client,
    /** Whether the server says which documents are JSON. */
    private validates: boolean,
  ) {}

  static async open(server: PostgresOptions): Promise<PostgresReadSnapshot> {
    // Where statements are not pipelined, the end of the connection does not wait for the one that runs.
    const client = new pg.Client({ ...clientOptions({ ...server, statementTimeoutMs: 0 }), pipeline: false });
    client.on('error', () => undefined);
    try {
      await client.connect();
      // The server ends a statement that nobody waits for any more; not all servers can.
      await client.query(`SET client_connection_check_interval = '1s'`).catch(() => undefined);
      await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL statement_timeout = 0');
      const { rows } = await client.query<{ validates: boolean }>(
        `SELECT ${VALIDATES} AS "validates" FROM feed_head`,
      );
      await client.query('SAVEPOINT begun');
      return new PostgresReadSnapshot(client, rows[0]?.validates ?? false);
    } catch (error) {
      await endOf(client);
      throw error;
    }
  }

  async count(kind: Kind, span: TimeSpan = {}): Promise<number> {
    const { name, timeColumn } = CONTENT_TABLES[kind];
    const { conditions, values } = spanConditions(`"${timeColumn}"`, span);
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

  /** The caller may yield to the event loop between two slices, and between two rows. */
  async *slices(kind: Kind, span: TimeSpan = {}): AsyncGenerator<Iterable<StoredRow>> {
    const table = CONTENT_TABLES[kind];
    for (let after: Key | undefined; ;) {
      const found = await this.slice(table, span, after);
      if (found.length === 0) return;
      yield toRows(table, found);
      after = found.at(-1)?.[table.key] as Key;
    }
  }

  async find(kind: Kind, row: StoredRow): Promise<StoredRow | undefined> {
    const table = CONTENT_TABLES[kind];
    const columns = table.columns.map(({ column }) => `"${column}"`).join(', ');
    const found = await this.rows<Found>(`SELECT ${columns} FROM "${table.name}" WHERE "${table.key}" = ?`, [
      row[table.key],
    ]);
    return [...toRows(table, found)][0];
  }

  cancel(): void {
    void this.close();
  }

  close(): Promise<void> {
    return (this.closing ??= endOf(this.client));
  }

  private async slice(table: ContentTable, span: TimeSpan, after: Key | undefined): Promise<Found[]> {
    const { text, values } = sliceOf(table, span, after, this.validates);
    try {
      return await this.rows<Found>(text, values);
    } catch (error) {
      if (!this.validates || sqlStateOf(error) !== TOO_DEEP_CODE) throw error;
      this.validates = false;
      await this.rows('ROLLBACK TO SAVEPOINT begun');
      return this.slice(table, span, after);
    }
  }

  private async rows<Row extends object>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    if (this.closing) throw new Error('The snapshot is closed.');
    try {
      return (await this.client.query<Row>(POSTGRES_DIALECT.toDriver(text), [...values])).rows;
    } catch (error) {
      throw translatePostgresError(error);
    }
  }
}

type Key = string | number;
type Found = Readonly<Record<string, unknown>>;

/** Ends a connection in any state. */
async function endOf(client: Client): Promise<void> {
  const timer = setTimeout(() => {
    client.connection.stream.destroy();
  }, END_TIMEOUT_MS).unref();
  await client.end().catch(() => undefined);
  clearTimeout(timer);
}

/** The query for the next rows after a key, of a bounded size: the server looks into no documents but theirs. */
function sliceOf(
  { name, key, timeColumn, columns }: ContentTable,
  span: TimeSpan,
  after: Key | undefined,
  validates: boolean,
): Query {
  const { conditions, values } = spanConditions(`"${timeColumn}"`, span);
  const where = [...(after === undefined ? [] : [`"${key}" > ?`]), ...conditions];
  const properties = columns.map(({ column }) => column);
  const rows = {
    text:
      `SELECT ${properties.map((column) => `"${column}"`).join(', ')} FROM "${name}"` +
      `${where.length > 0 ? ` WHERE ${where.join(' AND ')}` : ''} ORDER BY "${key}" LIMIT ${ROWS_PER_SLICE}`,
    values: [...(after === undefined ? [] : [after]), ...values],
  };
  const texts = columns
    .filter(({ form }) => form === 'plain' || form === 'document')
    .map(({ column }) => column);
  const slice = withinBytes(
    POSTGRES_DIALECT,
    rows,
    { properties, texts, order: `"${key}"` },
    BYTES_PER_SLICE,
  );
  const checks = columns
    .filter(({ form }) => validates && form === 'document')
    .map(({ column }) => `, pg_input_is_valid("${column}", 'json') AS "${checkOf(column)}"`);
  const text = `SELECT *${checks.join('')} FROM (${slice.text}) AS "slice" ORDER BY "${key}"`;
  return { text, values: slice.values };
}

/** Whether a document is JSON, as the server says. */
function checkOf(column: string): string {
  return `${column} is JSON`;
}

function* toRows({ columns }: ContentTable, rows: Iterable<Found>): Generator<StoredRow> {
  for (const row of rows) {
    yield toStoredRow(columns, (form, column) => ({
      value: row[column],
      isJson: form === 'document' && ((row[checkOf(column)] as boolean | null) ?? isJson(row[column])),
    }));
  }
}

/** A large document that nobody has checked counts as a text, which is exported as a string, byte for byte. */
function isJson(value: unknown): boolean {
  if (typeof value !== 'string' || value.length > MAX_PARSED_CHARACTERS) return false;
  try {
    JSON.parse(value);
    return true;
  } catch {
    return false;
  }
}

/** The generator of the ids of a table, as PostgreSQL names that of an identity column. */
export function sequenceOf(table: string): string {
  return `${table}_id_seq`;
}
