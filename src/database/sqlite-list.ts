import type { EntityMetadata, ObjectLiteral, Repository } from 'typeorm';

type Value = string | number;
type Property<Entity> = keyof Entity & string;

/** Which rows of a list, and in which order. Columns go by the names of their properties. */
export interface ListRequest<Entity> {
  /** The columns that are read; default: all. `id` and the column of `sortBy` have to be among them. */
  readonly columns?: readonly Property<Entity>[];
  /** More columns: SQL expressions by the name that they are given. */
  readonly expressions?: Readonly<Record<string, string>>;
  /** Rows in which each column has one of the values; `undefined` leaves a column free. */
  readonly oneOf?: Readonly<Partial<Record<Property<Entity>, readonly Value[] | undefined>>>;
  /** Rows in which a column is true or false. */
  readonly flags?: Readonly<Partial<Record<Property<Entity>, boolean | undefined>>>;
  /** Rows from `since` on (inclusive) and before `until`, by the column of `sortBy`. */
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  /** The column of the moment by which the list is sorted; ties are broken by `id`. */
  readonly sortBy: Property<Entity>;
  readonly order: 'ASC' | 'DESC';
  /** Only rows past this place. */
  readonly after?: { readonly moment: string; readonly id: number } | undefined;
  readonly limit?: number;
}

/** The most selects that one statement merges; values past that are looked up together. */
const MOST_ARMS = 32;

/**
 * Reads rows of a list along an index, as the driver gives them. The statement depends on the shape of the request
 * alone, so each shape is prepared once.
 *
 * A filter with several values becomes one select for each, merged in order (`UNION ALL` with `ORDER BY`): each of
 * them walks its index, so a page costs the same however long the list is. `IN` would sort or scan.
 */
export async function selectList<Entity extends ObjectLiteral, Row>(
  repository: Repository<Entity>,
  request: ListRequest<Entity>,
): Promise<Row[]> {
  const arms = splitBySeveral(request.oneOf ?? {});
  if (arms.length === 0) return [];
  const values: Value[] = [];
  const selects = arms.map((arm) => selectArm(repository.metadata, request, arm, values));
  const { sortBy, order, limit } = request;
  let sql = `${selects.join(' UNION ALL ')} ORDER BY "${sortBy}" ${order}, "id" ${order}`;
  if (limit !== undefined) {
    sql += ' LIMIT ?';
    values.push(limit);
  }
  return repository.query<Row[]>(sql, values);
}

/** For each column the values that one select allows. */
type Arm = ReadonlyMap<string, readonly Value[]>;

function splitBySeveral(oneOf: Readonly<Record<string, readonly Value[] | undefined>>): Arm[] {
  let arms: Arm[] = [new Map()];
  for (const [property, values] of Object.entries(oneOf)) {
    if (!values) continue;
    const choices = arms.length * values.length <= MOST_ARMS ? values.map((value) => [value]) : [values];
    arms = arms.flatMap((arm) => choices.map((choice) => new Map(arm).set(property, choice)));
  }
  return arms;
}

function selectArm<Entity>(
  metadata: EntityMetadata,
  request: ListRequest<Entity>,
  arm: Arm,
  values: Value[],
): string {
  const { flags = {}, since, until, after, sortBy, order } = request;
  const column = (property: string): string => columnOf(metadata, property);
  const conditions: string[] = [];
  const add = (condition: string, ...bound: Value[]): void => {
    conditions.push(condition);
    values.push(...bound);
  };
  for (const [property, allowed] of arm) {
    const places = allowed.map(() => '?').join(', ');
    add(allowed.length === 1 ? `${column(property)} = ?` : `${column(property)} IN (${places})`, ...allowed);
  }
  for (const [property, flag] of Object.entries(flags)) {
    // In the text of the statement, because a partial index serves only a condition that the planner can see.
    if (flag !== undefined) add(`${column(property)} = ${flag ? 1 : 0}`);
  }
  if (since !== undefined) add(`${column(sortBy)} >= ?`, since);
  if (until !== undefined) add(`${column(sortBy)} < ?`, until);
  if (after) {
    add(`(${column(sortBy)}, ${column('id')}) ${order === 'ASC' ? '>' : '<'} (?, ?)`, after.moment, after.id);
  }
  const where = conditions.length > 0 ? ` WHERE ${conditions.join(' AND ')}` : '';
  return `SELECT ${selection(metadata, request)} FROM "${metadata.tableName}"${where}`;
}

function selection<Entity>(
  metadata: EntityMetadata,
  { columns, expressions = {} }: ListRequest<Entity>,
): string {
  const properties = columns ?? metadata.columns.map(({ propertyName }) => propertyName);
  return [
    ...properties.map((property) => `${columnOf(metadata, property)} AS "${property}"`),
    ...Object.entries(expressions).map(([name, expression]) => `${expression} AS "${name}"`),
  ].join(', ');
}

function columnOf(metadata: EntityMetadata, property: string): string {
  const column = metadata.findColumnWithPropertyName(property);
  if (!column) throw new Error(`${metadata.name} has no column for ${property}`);
  return `"${metadata.tableName}"."${column.databaseName}"`;
}
