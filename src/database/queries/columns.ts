import type { EntityMetadata } from 'typeorm';

type Column = EntityMetadata['columns'][number];

/** The one column of the primary key. */
export function primaryColumnOf(metadata: EntityMetadata): Column {
  const [column] = metadata.primaryColumns;
  if (!column) throw new Error(`${metadata.name} has no primary key`);
  return column;
}

/** The column of a property. */
export function columnOf(metadata: EntityMetadata, property: string): Column {
  const column = metadata.findColumnWithPropertyName(property);
  if (!column) throw new Error(`${metadata.name} has no column for ${property}`);
  return column;
}

/** Whether the values of a column are texts, which may be large. */
export function isText({ type }: Column): boolean {
  return type === 'text';
}
