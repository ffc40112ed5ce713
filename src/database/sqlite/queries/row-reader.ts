import type { DataSource } from 'typeorm';
import type { RowReader } from '../../queries/dialect.js';
import type { Bounds, Query, Taken } from '../../query.js';
import { takeRows } from '../../queries/take-slice.js';
import type { ReaderPool } from '../workers/reader-pool.js';
import { SQLITE_DIALECT } from './dialect.js';
import { readRows } from './rows.js';

/** Reads on the event loop what is quick, and in a thread what may take long. */
export class SqliteRowReader implements RowReader {
  readonly dialect = SQLITE_DIALECT;

  constructor(
    private readonly dataSource: DataSource,
    private readonly threads: ReaderPool,
  ) {}

  read<Row>(query: Query, bounds: Bounds = {}): Taken<Row> {
    return takeRows<Row>(readRows(this.dataSource, query), bounds);
  }

  readHeavy<Row>(...order: Parameters<RowReader['readHeavy']>): Promise<Taken<Row>[]> {
    return this.threads.read<Row>(...order);
  }
}
