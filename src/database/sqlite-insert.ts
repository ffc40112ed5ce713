import type { EntityManager, EntityMetadata, ObjectLiteral } from 'typeorm';

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
