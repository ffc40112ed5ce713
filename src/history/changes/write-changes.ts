import { pairPlacesOf, placesOf, type Dialect, type Query, type Work } from '../../database/index.js';
import type { ComparedSnapshot, CompareOutput, WaitingKey } from './compare-waiting.js';

/**
 * Keeps the lines of snapshots that were compared, and lets them wait no longer; except where another snapshot is before one
 * by now: that waits on. @returns whether one of them waits no longer.
 */
export function writeChanges({ compared, orphans }: CompareOutput, { toDriver }: Dialect): Work<boolean> {
  return async (manager) => {
    const run = <Row>({ text, values }: Query): Promise<Row[]> =>
      manager.query<Row[]>(toDriver(text), [...values]);
    for (const orphan of orphans) await run(forgetOrphan(orphan));
    if (compared.length === 0) return false;
    const found = await run<{ id: number }>(current(compared, (found) => `SELECT id FROM ${found}`));
    const valid = new Set(found.map(({ id }) => Number(id)));
    const kept = compared.filter(({ id }) => valid.has(id));
    if (kept.length === 0) return false;
    await run(deleteLines(kept));
    for (const { id, lines } of kept) if (lines.length > 0) await run(insertLines(id, JSON.stringify(lines)));
    await run(current(kept, deleteWaiting));
    return true;
  };
}

function forgetOrphan({ timestamp, id }: WaitingKey): Query {
  return {
    text: `DELETE FROM snapshots_to_compare WHERE ("timestamp", id) = (?, ?)
      AND NOT EXISTS (SELECT 1 FROM cluster_snapshots WHERE ("timestamp", id) = (?, ?))`,
    values: [timestamp, id, timestamp, id],
  };
}

/**
 * A statement about those that still have the same one before them. Its text is the same for as many: a statement is prepared
 * once for each text, and those that are no longer needed are ended all at once by the collector, on the event loop.
 */
function current(compared: readonly ComparedSnapshot[], about: (found: string) => string): Query {
  const found = `(WITH compared(id, before) AS (VALUES ${pairPlacesOf(compared)})
    SELECT fresh."timestamp", fresh.id FROM compared
    JOIN cluster_snapshots AS fresh ON fresh.id = compared.id
    WHERE compared.before = coalesce((SELECT id FROM cluster_snapshots
      WHERE ("timestamp", id) < (fresh."timestamp", fresh.id)
      ORDER BY "timestamp" DESC, id DESC LIMIT 1), 0)) AS found`;
  return { text: about(found), values: compared.flatMap(({ id, before }) => [id, before]) };
}

function deleteWaiting(found: string): string {
  return `DELETE FROM snapshots_to_compare WHERE ("timestamp", id) IN (SELECT "timestamp", id FROM ${found})`;
}

function deleteLines(compared: readonly ComparedSnapshot[]): Query {
  return {
    text: `DELETE FROM snapshot_changes WHERE snapshot_id IN (${placesOf(compared)})`,
    values: compared.map(({ id }) => id),
  };
}

function insertLines(id: number, lines: string): Query {
  return {
    text: `INSERT INTO snapshot_changes (snapshot_id, "timestamp", lines)
      SELECT id, "timestamp", ? FROM cluster_snapshots WHERE id = ?`,
    values: [lines, id],
  };
}
