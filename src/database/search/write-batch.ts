import type { EntityManager } from 'typeorm';
import { CONTENT_TABLES } from '../catalogue.js';
import type { Dialect } from '../queries/dialect.js';
import type { Query } from '../query.js';
import { pairPlacesOf } from '../queries/lists.js';
import type { Batch } from './batch.js';

/** Rows of a batch were changed, or another has moved the mark, after the batch was prepared. */
export class OutdatedBatch extends Error {
  constructor() {
    super('Rows were changed while their terms were derived.');
  }
}

/**
 * Writes a prepared batch in a unit of work: the rows, the mark, and what is no longer stale.
 * @throws OutdatedBatch, with nothing written.
 */
export async function writeBatch(manager: EntityManager, batch: Batch, dialect: Dialect): Promise<void> {
  const run = <Row>({ text, values }: Query): Promise<Row[]> =>
    manager.query<Row[]>(dialect.toDriver(text), [...values]);
  await requireCurrent(run, batch);
  for (const query of batch.queries) await run(query);
}

async function requireCurrent(run: <Row>(query: Query) => Promise<Row[]>, batch: Batch): Promise<void> {
  const { kind, from, to, stale, count, idSum, versions } = batch;
  const { name } = CONTENT_TABLES[kind];
  // Without any stale row, a pair that no row has.
  const pairs = [[-1, -1], ...stale.map(({ id, version }) => [id, version])];
  const [found] = await run<Record<'mark' | 'count' | 'idSum' | 'versions' | 'stale', number>>({
    text: `SELECT mark,
      (SELECT count(*) FROM ${name} WHERE id > ? AND id <= ?) AS "count",
      (SELECT coalesce(sum(id), 0) FROM ${name} WHERE id > ? AND id <= ?) AS "idSum",
      (SELECT coalesce(sum(version), 0) FROM search_stale WHERE kind = ? AND id > ? AND id <= ?) AS "versions",
      (SELECT count(*) FROM search_stale WHERE kind = ? AND (id, version) IN (VALUES ${pairPlacesOf(pairs)})) AS "stale"
      FROM search_marks WHERE kind = ?`,
    values: [from, to, from, to, kind, from, to, kind, ...pairs.flat(), kind],
  });
  const isCurrent =
    found &&
    Number(found.mark) === from &&
    Number(found.count) === count &&
    Number(found.idSum) === idSum &&
    Number(found.versions) === versions &&
    Number(found.stale) === stale.length;
  if (!isCurrent) throw new OutdatedBatch();
}
