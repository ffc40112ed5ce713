import type { EntityManager } from 'typeorm';
import { upkeepOf } from '../catalogue.js';
import type { Query, Value } from '../query.js';
import type { Dialect } from './dialect.js';

/** Takes rows that are about to be deleted out of the derived tables that no trigger maintains. */
export async function beforeDelete(
  manager: EntityManager,
  table: string,
  condition: Query,
  { toDriver, derivesByTriggers }: Dialect,
): Promise<void> {
  for (const upkeep of derivesByTriggers ? [] : upkeepOf(table)) {
    const query = upkeep.beforeDelete?.(condition);
    if (query) await manager.query(toDriver(query.text), [...query.values]);
  }
}

/** Runs a statement. @returns how many rows it changed. */
export async function changesOf(
  manager: EntityManager,
  text: string,
  values: readonly Value[],
): Promise<number> {
  const result: unknown = await manager.queryRunner?.query(text, [...values], true);
  return Number((result as { affected?: number } | undefined)?.affected ?? 0);
}

/** Deletes the rows with these ids inside a unit of work. @returns how many there were. */
export async function deleteRows(
  manager: EntityManager,
  table: string,
  ids: readonly number[],
  dialect: Dialect,
): Promise<number> {
  const condition = { text: `id IN (${ids.map(() => '?').join(', ')})`, values: ids };
  await beforeDelete(manager, table, condition, dialect);
  return changesOf(manager, dialect.toDriver(`DELETE FROM ${table} WHERE ${condition.text}`), ids);
}
