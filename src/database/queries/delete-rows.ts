import type { EntityManager } from 'typeorm';
import { upkeepOf } from '../catalogue.js';
import type { Query } from '../query.js';
import type { Dialect } from './dialect.js';
import { placesOf } from './lists.js';

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
  { toDriver }: Dialect,
  { text, values }: Query,
): Promise<number> {
  const result: unknown = await manager.queryRunner?.query(toDriver(text), [...values], true);
  return Number((result as { affected?: number } | undefined)?.affected ?? 0);
}

/** Deletes the rows with these ids inside a unit of work. @returns how many there were. */
export async function deleteRows(
  manager: EntityManager,
  table: string,
  ids: readonly number[],
  dialect: Dialect,
): Promise<number> {
  const condition = { text: `id IN (${placesOf(ids)})`, values: ids };
  await beforeDelete(manager, table, condition, dialect);
  return changesOf(manager, dialect, { ...condition, text: `DELETE FROM ${table} WHERE ${condition.text}` });
}
