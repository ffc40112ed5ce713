import { setImmediate as nextTurn } from 'node:timers/promises';
import type { EntityManager, EntityMetadata, ObjectLiteral } from 'typeorm';
import type { Database } from './database.js';
import { textBytesOf } from './row-size.js';

interface Insert {
  readonly sql: string;
  readonly properties: readonly string[];
}

const inserts = new WeakMap<EntityMetadata, Insert>();

/**
 * Inserts one row inside a unit of work, by one statement an entity, made and prepared once. TypeORM's own
 * insert builds its statement anew each time and reads generated columns back.
 *
 * @param row every column but `id`.
 * @returns the id that the row was given.
 */
export async function insertRow<Entity extends ObjectLiteral & { id: number }>(
  manager: EntityManager,
  entity: new () => Entity,
  row: Omit<Entity, 'id'>,
): Promise<number> {
  const { sql, properties } = insertFor(manager.dataSource.getMetadata(entity));
  const values = properties.map((property) => Reflect.get(row, property) as unknown);
  return Number(await manager.query(sql, values));
}

type NewRow<Entity> = Omit<Entity, 'id'>;
type SavedRow<Entity> = NewRow<Entity> & { id: number };

/**
 * Saves one new row; resolves once it is on disk.
 * @param row every column but `id`.
 */
export async function saveRow<Entity extends ObjectLiteral & { id: number }>(
  database: Database,
  entity: new () => Entity,
  row: NewRow<Entity>,
  topic: string,
): Promise<SavedRow<Entity>> {
  const bytes = textBytesOf(row);
  const id = await database.write((manager) => insertRow(manager, entity, row), topic, { bytes });
  return { id, ...row };
}

/** So much is inserted before the event loop turns, inside the unit: some milliseconds of work. */
const STEP_ROWS = 200;
const STEP_BYTES = 1_048_576;

/** Saves new rows, all or none; resolves once they are on disk. The event loop turns in between. */
export function saveRows<Entity extends ObjectLiteral & { id: number }>(
  database: Database,
  entity: new () => Entity,
  rows: readonly NewRow<Entity>[],
  topic: string,
): Promise<SavedRow<Entity>[]> {
  const bytes = rows.reduce((sum, row) => sum + textBytesOf(row), 0);
  const work = async (manager: EntityManager): Promise<SavedRow<Entity>[]> => {
    const saved: SavedRow<Entity>[] = [];
    let stepBytes = 0;
    for (const row of rows) {
      if (stepBytes >= STEP_BYTES || (saved.length > 0 && saved.length % STEP_ROWS === 0)) {
        await nextTurn();
        stepBytes = 0;
      }
      saved.push({ id: await insertRow(manager, entity, row), ...row });
      stepBytes += textBytesOf(row);
    }
    return saved;
  };
  return database.write(work, topic, { bytes });
}

function insertFor(metadata: EntityMetadata): Insert {
  const known = inserts.get(metadata);
  if (known) return known;
  const columns = metadata.columns.filter(({ isGenerated }) => !isGenerated);
  const names = columns.map(({ databaseName }) => `"${databaseName}"`).join(', ');
  const places = columns.map(() => '?').join(', ');
  const insert = {
    sql: `INSERT INTO "${metadata.tableName}" (${names}) VALUES (${places})`,
    properties: columns.map(({ propertyName }) => propertyName),
  };
  inserts.set(metadata, insert);
  return insert;
}
