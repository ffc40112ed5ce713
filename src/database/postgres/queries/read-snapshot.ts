import pg, { type Client } from 'pg';
import type { StoredBlock } from '../../../columns/index.js';
import type { PostgresOptions } from '../../database.options.js';
import { CONTENT_TABLES, type ContentTable, type Kind, type StoredRow } from '../../catalogue.js';
import { sameRow } from '../../queries/same-row.js';
import { blockQuery } from '../../blocks/read-block.js';
import { RowUnpacker, type FoundRow } from '../../blocks/unpacked-rows.js';
import type { ReadSnapshot, TimeSpan } from '../../engine.js';
import { spanConditions } from '../../queries/time-span.js';
import { clientOptions } from '../connection/client-options.js';
import { sqlStateOf, translatePostgresError } from '../connection/errors.js';
import { POSTGRES_DIALECT } from './dialect.js';
import { columnsOf, sliceOf, toFoundRow, toRows, type Found, type Key } from './slice.js';

/** How long the server may take to say goodbye. */
const END_TIMEOUT_MS = 5000;
/** Since PostgreSQL 16 the server says whether a text is JSON. */
const VALIDATES = `current_setting('server_version_num')::int >= 160000`;
/** JSON so deep that the server refuses to look at it. */
const TOO_DEEP_CODE = '54001';

/**
 * A repeatable read transaction on a connection of its own, which no request waits for: it sees all rows as they were at
 * its first statement.
 */
export class PostgresReadSnapshot implements ReadSnapshot {
  private readonly unpacker = new RowUnpacker((id) => this.block(id));
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
  slices(kind: Kind, span: TimeSpan = {}): AsyncIterable<Iterable<StoredRow>> {
    const table = CONTENT_TABLES[kind];
    return this.unpacker.slices(table, this.foundSlices(table, span));
  }

  private async *foundSlices(table: ContentTable, span: TimeSpan): AsyncGenerator<Iterable<FoundRow>> {
    for (let after: Key | undefined; ;) {
      const found = await this.slice(table, span, after);
      if (found.length === 0) return;
      yield toRows(table, found);
      after = found.at(-1)?.[table.key] as Key;
    }
  }

  async find(kind: Kind, row: StoredRow): Promise<StoredRow | undefined> {
    const table = CONTENT_TABLES[kind];
    const { condition, fields } = sameRow(table);
    const columns = columnsOf(table)
      .map((column) => `"${column}"`)
      .join(', ');
    const [found] = await this.rows<Found>(
      `SELECT ${columns} FROM "${table.name}" WHERE ${condition} LIMIT 1`,
      fields.map((field) => row[field]),
    );
    return found && this.unpacker.row(table, toFoundRow(table, found));
  }

  cancel(): void {
    void this.close();
  }

  close(): Promise<void> {
    return (this.closing ??= endOf(this.client));
  }

  private async block(id: number): Promise<StoredBlock | undefined> {
    const { text, values } = blockQuery(id);
    return (await this.rows<StoredBlock>(text, values))[0];
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

/** Ends a connection in any state. */
async function endOf(client: Client): Promise<void> {
  const timer = setTimeout(() => {
    client.connection.stream.destroy();
  }, END_TIMEOUT_MS).unref();
  await client.end().catch(() => undefined);
  clearTimeout(timer);
}

/** The generator of the ids of a table, as PostgreSQL names that of an identity column. */
export function sequenceOf(table: string): string {
  return `${table}_id_seq`;
}
