import { setImmediate as nextTurn } from 'node:timers/promises';
import type { EntityManager, EntityMetadata } from 'typeorm';
import { columnOf, primaryColumnOf } from './columns.js';
import type { Value } from '../query.js';
import { beforeDelete, changesOf } from './delete-rows.js';
import type { Dialect } from './dialect.js';

const STEP_ROWS = 200;

/**
 * Deletes the rows with these values inside a unit of work, in steps that yield to the event loop. One statement for
 * 20 000 messages blocks the event loop for 30 ms, a step for less than one.
 * @returns the number of deleted rows.
 */
export async function deleteInSteps(
  manager: EntityManager,
  metadata: EntityMetadata,
  values: object,
  dialect: Dialect,
): Promise<number> {
  const id = `"${primaryColumnOf(metadata).databaseName}"`;
  const table = `"${metadata.tableName}"`;
  const conditions = Object.keys(values).map(
    (property) => `"${columnOf(metadata, property).databaseName}" = ?`,
  );
  const condition = { text: conditions.join(' AND '), values: Object.values(values) as Value[] };
  await beforeDelete(manager, metadata.tableName, condition, dialect);
  const step = {
    text:
      `DELETE FROM ${table} WHERE ${id} IN ` +
      `(SELECT ${id} FROM ${table} WHERE ${condition.text} LIMIT ${STEP_ROWS})`,
    values: condition.values,
  };
  let deleted = 0;
  for (let last = STEP_ROWS; last === STEP_ROWS;) {
    last = await changesOf(manager, dialect, step);
    deleted += last;
    if (last === STEP_ROWS) await nextTurn();
  }
  return deleted;
}
