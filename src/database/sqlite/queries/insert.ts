import { setImmediate as nextTurn } from 'node:timers/promises';
import type { EntityManager, EntityMetadata, ObjectLiteral } from 'typeorm';
import type { Database } from '../../database.js';
import type { Query, Value } from '../../query.js';
import { textBytesOf } from '../../row-size.js';

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
  const { text, values } = insertOf(manager.dataSource.getMetadata(entity), row);
  return Number(await manager.query(text, [...values]));
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
  const query = insertOf(database.metadataOf(entity), row);
  const { lastId: id } = await database.write(query, topic, { bytes: textBytesOf(row) });
  return { id, ...row };
}

/** Saves a row in the place of the one with the same primary key, if there is one; resolves once it is on disk. */
export async function upsertRow<Entity extends ObjectLiteral>(
  database: Database,
  entity: new () => Entity,
  row: Entity,
  topic: string,
): Promise<void> {
  const metadata = database.metadataOf(entity);
  const { text, values } = insertOf(metadata, row);
  const name = ({ databaseName }: { databaseName: string }): string => `"${databaseName}"`;
  const keys = metadata.primaryColumns.map(name).join(', ');
  const others = metadata.nonVirtualColumns.filter(({ isPrimary }) => !isPrimary).map(name);
  const changes = others.map((column) => `${column} = excluded.${column}`).join(', ');
  const upsert = `${text} ON CONFLICT (${keys}) DO UPDATE SET ${changes}`;
  await database.write({ text: upsert, values }, topic, { bytes: textBytesOf(row) });
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

/** The statement that inserts a row. */
function insertOf(metadata: EntityMetadata, row: object): Query {
  const { sql, properties } = insertFor(metadata);
  return { text: sql, values: properties.map((property) => valueOf(Reflect.get(row, property))) };
}

/** SQLite has no type for true and false. */
function valueOf(value: unknown): Value {
  return typeof value === 'boolean' ? Number(value) : (value as Value);
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
