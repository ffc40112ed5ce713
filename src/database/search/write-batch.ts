import type { EntityManager } from 'typeorm';
import { CONTENT_TABLES } from '../catalogue.js';
import type { Dialect } from '../queries/dialect.js';
import type { Query } from '../query.js';
import type { Batch, StaleRow } from './batch.js';

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
  const [found] = await run<Record<'mark' | 'count' | 'idSum' | 'versions' | 'stale', number>>({
    text: `SELECT mark,
      (SELECT count(*) FROM ${name} WHERE id > ? AND id <= ?) AS "count",
      (SELECT coalesce(sum(id), 0) FROM ${name} WHERE id > ? AND id <= ?) AS "idSum",
      (SELECT coalesce(sum(version), 0) FROM search_stale WHERE kind = ? AND id > ? AND id <= ?) AS "versions",
      (SELECT count(*) FROM search_stale WHERE kind = ? AND (id, version) IN (VALUES ${PAIR}${`, ${PAIR}`.repeat(stale.length)})) AS "stale"
      FROM search_marks WHERE kind = ?`,
    // Without any, a pair that no row has.
    values: [from, to, from, to, kind, from, to, kind, -1, -1, ...stale.flatMap(pairOf), kind],
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

const PAIR = '(CAST(? AS bigint), CAST(? AS bigint))';

function pairOf({ id, version }: StaleRow): [number, number] {
  return [id, version];
}
