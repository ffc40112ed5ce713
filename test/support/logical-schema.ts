import type { Database as SqliteHandle } from 'better-sqlite3';
import { DataSource, type ColumnType } from 'typeorm';
import { postgresOptions } from '../../ormconfig.js';
import { migrations } from '../../migrations/postgres/index.js';
import { MIGRATIONS_TABLE } from '../../src/database/migrations.table.js';

/**
 * Entities are written in the words of SQLite, whose integers have 64 bits, whose reals are doubles, and which compares
 * texts byte by byte. The same words mean less in PostgreSQL, where the migrations therefore write these columns.
 */
export const COLUMNS_IN_POSTGRES: ReadonlyMap<ColumnType, { type?: ColumnType; collation?: string }> =
  new Map<ColumnType, { type?: ColumnType; collation?: string }>([
    [Number, { type: 'bigint' }],
    ['integer', { type: 'bigint' }],
    ['real', { type: 'double precision' }],
    ['blob', { type: 'bytea' }],
    ['text', { collation: 'C' }],
  ]);

/** A connection that knows the first `count` migrations, and what entities mean in PostgreSQL. */
export async function connectPostgres(url: string, count = migrations.length): Promise<DataSource> {
  const { entities = [] } = postgresOptions({ url, poolSize: 1, statementTimeoutMs: 0 });
  const dataSource = await new DataSource({
    type: 'postgres',
    url,
    entities,
    migrations: migrations.slice(0, count),
    migrationsTableName: MIGRATIONS_TABLE,
  }).initialize();
  for (const column of dataSource.entityMetadatas.flatMap(({ columns }) => columns)) {
    Object.assign(column, COLUMNS_IN_POSTGRES.get(column.type));
  }
  return dataSource;
}

/** What a schema means, whichever engine has it. */
export type LogicalSchema = Readonly<Record<string, LogicalTable>>;

interface LogicalTable {
  readonly columns: Readonly<Record<string, LogicalColumn>>;
  readonly primaryKey: readonly string[];
  readonly indexes: Readonly<Record<string, LogicalIndex>>;
}

interface LogicalColumn {
  readonly type: string;
  readonly isNullable: boolean;
  readonly isGenerated: boolean;
  readonly default: string | undefined;
}

interface LogicalIndex {
  /** null for an expression. */
  readonly columns: readonly (string | null)[];
  readonly isUnique: boolean;
  readonly condition: string | undefined;
}

export function schemaOfSqlite(handle: SqliteHandle): LogicalSchema {
  const tables = handle
    .prepare<[], { name: string; sql: string }>(
      "SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'",
    )
    .all();
  return described(tables, ({ name, sql }) => {
    const columns = handle.pragma(`table_info("${name}")`) as SqliteColumn[];
    const keyed = columns.filter(({ pk }) => pk > 0).sort((a, b) => a.pk - b.pk);
    return {
      columns: byName(columns, ({ name: column, type, notnull, dflt_value }) => ({
        type: logicalType(type.toLowerCase()),
        isNullable: notnull === 0,
        isGenerated: column === 'id' && sql.includes('AUTOINCREMENT'),
        default: plainDefault(dflt_value, type),
      })),
      primaryKey: keyed.map((column) => column.name),
      indexes: indexesOfSqlite(handle, name),
    };
  });
}

interface SqliteColumn {
  readonly name: string;
  readonly type: string;
  readonly notnull: number;
  readonly dflt_value: string | null;
  readonly pk: number;
}

function indexesOfSqlite(handle: SqliteHandle, table: string): Record<string, LogicalIndex> {
  const list = handle.pragma(`index_list("${table}")`) as { name: string; unique: number; origin: string }[];
  const made = list.filter(({ origin }) => origin === 'c');
  return byName(made, ({ name, unique }) => {
    const sql = handle
      .prepare<[string], string>('SELECT sql FROM sqlite_schema WHERE name = ?')
      .pluck()
      .get(name);
    const columns = handle.pragma(`index_info("${name}")`) as { name: string | null }[];
    return {
      columns: columns.map((column) => column.name),
      isUnique: unique === 1,
      condition: plain(/ WHERE (.*)$/.exec(sql!)?.[1]),
    };
  });
}

export async function schemaOfPostgres(dataSource: DataSource): Promise<LogicalSchema> {
  const query = <Row>(sql: string): Promise<Row[]> => dataSource.query(sql);
  const tables = await query<{ name: string }>(
    `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = current_schema()`,
  );
  const columns = await query<PostgresColumn>(
    `SELECT table_name AS "table", column_name AS name, data_type AS type, is_nullable = 'YES' AS "isNullable",
       is_identity = 'YES' AS "isGenerated", column_default AS "default"
     FROM information_schema.columns WHERE table_schema = current_schema()`,
  );
  const indexes = await query<PostgresIndex>(
    `SELECT indrelid::regclass::text AS "table", indexrelid::regclass::text AS name, indisunique AS "isUnique",
       indisprimary AS "isPrimary", pg_get_expr(indpred, indrelid) AS condition,
       array(SELECT pg_get_indexdef(indexrelid, part, true) FROM generate_series(1, indnkeyatts) AS part) AS columns
     FROM pg_index JOIN pg_class ON pg_class.oid = indrelid WHERE relnamespace = current_schema()::regnamespace`,
  );
  return described(tables, ({ name }) => {
    const ofTable = indexes.filter(({ table }) => table === name);
    return {
      columns: byName(
        columns.filter(({ table }) => table === name),
        ({ type, isNullable, isGenerated, default: value }) => ({
          type: logicalType(type),
          isNullable,
          isGenerated,
          default: plainDefault(value, type),
        }),
      ),
      primaryKey: ofTable.find(({ isPrimary }) => isPrimary)?.columns.map(plainName) ?? [],
      indexes: byName(
        ofTable.filter(({ isPrimary }) => !isPrimary),
        ({ columns: indexed, isUnique, condition }) => ({
          columns: indexed.map((column) => (column.includes('(') ? null : plainName(column))),
          isUnique,
          condition: plain(condition),
        }),
      ),
    };
  });
}

interface PostgresColumn extends Omit<LogicalColumn, 'default'> {
  readonly table: string;
  readonly name: string;
  readonly default: string | null;
}

interface PostgresIndex {
  readonly table: string;
  readonly name: string;
  readonly isUnique: boolean;
  readonly isPrimary: boolean;
  readonly condition: string | null;
  readonly columns: readonly string[];
}

function logicalType(type: string): string {
  for (const [logical, wider] of COLUMNS_IN_POSTGRES) {
    if (typeof logical === 'string' && wider.type === type) return logical;
  }
  return type;
}

function plainDefault(value: string | null, type: string): string | undefined {
  const text = plain(value?.replace(/::\w+$/, ''));
  return type === 'boolean' && text === '0' ? 'false' : text;
}

function plain(expression: string | null | undefined): string | undefined {
  return expression?.replaceAll(/["()]/g, '');
}

function plainName(column: string): string {
  return column.replaceAll('"', '');
}

function byName<Item extends { readonly name: string }, Value>(
  items: readonly Item[],
  describe: (item: Item) => Value,
): Record<string, Value> {
  return Object.fromEntries(items.map((item) => [item.name, describe(item)]));
}

/** Migrations are TypeORM's own, and each engine has text indexes of its own kind, in one table or more. */
const OF_THE_ENGINE = new RegExp(`^(?:${MIGRATIONS_TABLE}|search_(?:events|messages)(?:_.*)?)$`);

function described<Item extends { readonly name: string }, Value>(
  items: readonly Item[],
  describe: (item: Item) => Value,
): Record<string, Value> {
  return byName(
    items.filter(({ name }) => !OF_THE_ENGINE.test(name)),
    describe,
  );
}
