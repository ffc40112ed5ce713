import type { JsonText } from '../json/index.js';
import { TABLES } from '../tables.js';
import { SumStatements } from './quarter-sums.js';
import type { CountCheck, Form, ContentEntry, TableEntry, Upkeep } from './table-entry.js';

/** The kinds of memory rows, by the names that exports give them. */
export type Kind = Extract<(typeof TABLES)[number], { role: 'content' }>['kind'];

export type Cell = string | number | boolean | null | JsonText;

/** A stored row, keyed by the field names of the API. */
export type StoredRow = Readonly<Record<string, Cell>>;

export interface TableColumn {
  readonly field: string;
  readonly column: string;
  readonly form: Form;
}

export interface CatalogueTable<Entry extends TableEntry = TableEntry> {
  readonly name: string;
  readonly columns: readonly TableColumn[];
  readonly hasGeneratedIds: boolean;
  readonly entry: Entry;
}

/** What exports have of a table: its columns are those that are not internal. */
export interface ContentTable extends CatalogueTable<ContentEntry> {
  /** The field that is the primary key; its column has the same name. */
  readonly key: string;
  /** The column that orders the rows by time. */
  readonly timeColumn: string;
}

/** Every table that the migrations create, with its role. */
export const CATALOGUE: readonly CatalogueTable[] = TABLES.map(describe);

const CONTENT = CATALOGUE.filter(isContent).map((table): ContentTable => ({
  ...table,
  columns: table.columns.filter(({ form }) => form !== 'internal'),
  key: table.entry.key,
  timeColumn: columnOf(table.entry.timeField),
}));

export const KINDS = CONTENT.map(({ entry }) => entry.kind) as readonly Kind[];
export const CONTENT_TABLES = Object.fromEntries(
  CONTENT.map((table) => [table.entry.kind, table]),
) as Readonly<Record<Kind, ContentTable>>;

/** The primary key of a row: its id, or the key of a preference. */
export function keyOf(kind: Kind, row: StoredRow): string | number {
  const key = row[CONTENT_TABLES[kind].key];
  return typeof key === 'string' || typeof key === 'number' ? key : '';
}

/** What maintains derived tables with the rows of a table. */
export function upkeepOf(table: string): readonly Upkeep[] {
  return UPKEEPS.filter(({ of }) => of === table);
}

const UPKEEPS = CATALOGUE.flatMap(({ name, entry }) => {
  if (entry.role !== 'derived') return [];
  return (entry.sums ? new SumStatements(name, entry.sums).upkeep : entry.upkeep) ?? [];
});

/** The column of a table whose texts may be packed; undefined where it has none. */
export function packedColumnOf(table: string): string | undefined {
  const entry = CATALOGUE.find(({ name }) => name === table)?.entry;
  return entry?.role === 'content' && entry.packed ? columnOf(entry.packed.field) : undefined;
}

/** What compares derived tables with those that they are computed from. */
export const DERIVED_CHECKS: readonly CountCheck[] = CATALOGUE.flatMap(({ name, entry }) => {
  if (entry.role !== 'derived') return [];
  return (entry.sums ? new SumStatements(name, entry.sums).check : entry.check) ?? [];
});

/** The names of the tables that satisfy a predicate. */
export function tablesWhere(predicate: (table: CatalogueTable) => boolean): readonly string[] {
  return CATALOGUE.filter(predicate).map(({ name }) => name);
}

/** The columns of a form in all tables. */
export function columnsWith(form: Form): readonly { table: CatalogueTable; column: string }[] {
  return CATALOGUE.flatMap((table) =>
    table.columns.filter((column) => column.form === form).map(({ column }) => ({ table, column })),
  );
}

/** The entry of a table; of a shadow table, the entry of its virtual table. */
export function entryOf(name: string, catalogue = CATALOGUE): TableEntry | undefined {
  const table = catalogue.find((one) => one.name === name) ?? catalogue.find((one) => isShadow(one, name));
  return table?.entry;
}

/** Whether its rows are made again from the migrations or from other tables, so that a salvage does not copy them. */
export function isRebuilt(name: string): boolean {
  const entry = entryOf(name);
  if (entry?.role !== 'operational') return entry?.role === 'derived';
  return entry.kept === false || entry.kept.unlessDamaged === true;
}

function isShadow({ entry }: CatalogueTable, name: string): boolean {
  return entry.role === 'derived' && entry.shadowPrefix !== undefined && name.startsWith(entry.shadowPrefix);
}

function isContent(table: CatalogueTable): table is CatalogueTable<ContentEntry> {
  return table.entry.role === 'content';
}

function describe(entry: TableEntry): CatalogueTable {
  const columns = Object.entries(entry.columns).map(([field, form]) => ({
    field,
    column: columnOf(field),
    form,
  }));
  return { name: entry.name, columns, hasGeneratedIds: columns.some(({ form }) => form === 'id'), entry };
}

/** `resolvedAt` is stored as `resolved_at`. */
function columnOf(field: string): string {
  return field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
