import type { Pool, PoolClient } from 'pg';
import type { DataSource } from 'typeorm';
import { ProblemError } from '../../../problems/problem.error.js';
import type { ReadMeasures } from '../../engine.js';
import type { RawRow, RowReader } from '../../queries/dialect.js';
import { logIfSlow } from '../../queries/slow-queries.js';
import { takeRows } from '../../queries/take-slice.js';
import type { Bounds, Query, Taken } from '../../query.js';
import { textBytesOf } from '../../row-size.js';
import { POSTGRES_DIALECT } from './dialect.js';

/** The most reads that wait for a connection; further ones that may take long are refused. */
const MAX_WAITING_READS = 64;

/** Reads through the pool: the server does what takes long, and the event loop goes on. */
export class PostgresRowReader implements RowReader, ReadMeasures {
  readonly dialect = POSTGRES_DIALECT;

  constructor(private readonly dataSource: DataSource) {}

  get depth(): number {
    return this.pool.waitingCount;
  }

  get running(): number {
    return this.pool.totalCount - this.pool.idleCount;
  }

  async read<Row>(query: Query, bounds: Bounds = {}): Promise<Taken<Row>> {
    return this.readOn<Row>(this.pool, query, bounds);
  }

  async readHeavy<Row>(
    queries: readonly Query[],
    bounds: Bounds = {},
    signal?: AbortSignal,
  ): Promise<Taken<Row>[]> {
    if (this.depth >= MAX_WAITING_READS) {
      const detail = `${MAX_WAITING_READS} reads wait for a connection to the database already.`;
      throw new ProblemError('read_queue_full', detail, { retryAfterSeconds: 1 });
    }
    const client = await this.pool.connect();
    try {
      signal?.throwIfAborted();
      const taken: Taken<Row>[] = [];
      for (const query of queries) taken.push(await this.readOn<Row>(client, query, bounds));
      return taken;
    } finally {
      client.release();
    }
  }

  /** Reads on one connection, or on any of the pool. */
  async readOn<Row>(on: Pool | PoolClient, query: Query, bounds: Bounds): Promise<Taken<Row>> {
    const text = numberedText(query);
    this.dataSource.logger.logQuery(text, [...query.values]);
    const begun = performance.now();
    try {
      const { rows } = await on.query<RawRow>(text, [...query.values]);
      return takeRows<Row>(
        rows.map((row) => ({ row, bytes: textBytesOf(row) })),
        bounds,
      );
    } finally {
      logIfSlow(this.dataSource, query, performance.now() - begun);
    }
  }

  private get pool(): Pool {
    return poolOf(this.dataSource);
  }
}

function numberedText({ text }: Query): string {
  return POSTGRES_DIALECT.toDriver(text);
}

/** The pool of node-postgres below an initialised TypeORM data source. */
export function poolOf(dataSource: DataSource): Pool {
  return (dataSource.driver as unknown as { master: Pool }).master;
}
