import { chunksOf, placesOf, type Database, type StoredRow, type Work } from '../../database/index.js';
import { returningStatements } from '../../events/index.js';

/** Of one statement. */
const MAX_IDS = 1000;

/**
 * Events that retention had removed, and that an import brings back, are there again: they are no longer counted among those
 * that are gone.
 * @param insert adds the events inside the same unit of work.
 */
export function countReturned(
  { engine }: Database,
  rows: readonly StoredRow[],
  insert: Work<number>,
): Work<number> {
  const { toDriver } = engine.rows.dialect;
  return async (manager) => {
    const run = <Row>(text: string, values: readonly unknown[] = []): Promise<Row[]> =>
      manager.query<Row[]>(toDriver(text), [...values]);
    const [forgotten] = await run(`SELECT 1 AS one FROM forgotten_ranges WHERE kind = 'event' LIMIT 1`);
    if (!forgotten) return insert(manager);
    const missing: number[] = [];
    for (const ids of chunksOf(
      rows.map(({ id }) => Number(id)),
      MAX_IDS,
    )) {
      const known = await run<{ id: number }>(`SELECT id FROM events WHERE id IN (${placesOf(ids)})`, ids);
      const there = new Set(known.map(({ id }) => id));
      missing.push(...ids.filter((id) => !there.has(id)));
    }
    const added = await insert(manager);
    for (const ids of chunksOf(missing, MAX_IDS)) {
      for (const { text, values } of returningStatements(ids)) await run(text, values);
    }
    return added;
  };
}
