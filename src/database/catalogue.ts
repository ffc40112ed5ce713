import { getMetadataArgsStorage, type ColumnOptions } from 'typeorm';
import type { JsonText } from '../json/index.js';
import { TABLES } from '../tables.js';
import type { Form, KeptEntry, TableEntry } from './table-entry.js';

/** What the memory keeps, by the names that exports give it. */
export type Kind = Extract<(typeof TABLES)[number], { role: 'kept' }>['kind'];

export type Cell = string | number | boolean | null | JsonText;

/** A stored row, by the names that its fields have in the API. */
export type KeptRow = Readonly<Record<string, Cell>>;

export interface TableColumn {
  readonly field: string;
  readonly column: string;
  readonly form: Form;
  readonly isKey: boolean;
  /** Whether the database gives out its values, none of them twice. */
  readonly isGenerated: boolean;
}

export interface CatalogueTable<Entry extends TableEntry = TableEntry> {
  readonly name: string;
  readonly columns: readonly TableColumn[];
  readonly hasGeneratedIds: boolean;
  readonly entry: Entry;
}

export interface KeptTable extends CatalogueTable<KeptEntry> {
  /** The field that is the primary key; its column has the same name. */
  readonly key: string;
  /** The column by which the rows are sorted in time. */
  readonly timeColumn: string;
}

/** Every table that the migrations make, with what becomes of it. */
export const CATALOGUE: readonly CatalogueTable[] = TABLES.map(describe);

const KEPT = CATALOGUE.filter(isKept).map((table): KeptTable => ({
  ...table,
  key: columnWhere(table, ({ isKey }) => isKey),
  timeColumn: columnWhere(table, ({ field }) => field === table.entry.timeField),
}));

export const KINDS = KEPT.map(({ entry }) => entry.kind) as readonly Kind[];
export const KEPT_TABLES = Object.fromEntries(KEPT.map((table) => [table.entry.kind, table])) as Readonly<
  Record<Kind, KeptTable>
>;

/** The key of a row: its id, or the key of a preference. */
export function keyOf(kind: Kind, row: KeptRow): string | number {
  const key = row[KEPT_TABLES[kind].key];
  return typeof key === 'string' || typeof key === 'number' ? key : '';
}

/** The names of the tables of which something holds. */
export function tablesWhere(holds: (table: CatalogueTable) => boolean): readonly string[] {
  return CATALOGUE.filter(holds).map(({ name }) => name);
}

/** The columns of a form, of all tables. */
export function columnsWith(form: Form): readonly { table: CatalogueTable; column: string }[] {
  return CATALOGUE.flatMap((table) =>
    table.columns.filter((column) => column.form === form).map(({ column }) => ({ table, column })),
  );
}

/** The entry of a table, or of the virtual table that keeps its rows in it. */
export function entryOf(name: string, catalogue = CATALOGUE): TableEntry | undefined {
  const table = catalogue.find((one) => one.name === name) ?? catalogue.find((one) => isShadow(one, name));
  return table?.entry;
}

/** Whether the migrations or other tables make its rows, so that nobody copies them. */
export function isMadeAgain(name: string): boolean {
  const entry = entryOf(name);
  return entry?.role === 'derived' || (entry?.role === 'running' && !entry.isSalvaged);
}

function isShadow({ entry }: CatalogueTable, name: string): boolean {
  return entry.role === 'derived' && entry.shadowPrefix !== undefined && name.startsWith(entry.shadowPrefix);
}

function columnWhere({ name, columns }: CatalogueTable, holds: (column: TableColumn) => boolean): string {
  const found = columns.find(holds);
  if (!found) throw new Error(`The entry of ${name} names a column that its entity does not have.`);
  return found.column;
}

function isKept(table: CatalogueTable): table is CatalogueTable<KeptEntry> {
  return table.entry.role === 'kept';
}

function describe(entry: TableEntry): CatalogueTable {
  const { definedBy } = entry;
  const isEntity = typeof definedBy === 'function';
  const columns = isEntity ? columnsOf(definedBy, entry.forms) : definedBy.columns.map(plainColumn);
  const name = isEntity ? nameOf(definedBy) : definedBy.name;
  return { name, columns, hasGeneratedIds: columns.some(({ isGenerated }) => isGenerated), entry };
}

function nameOf(entity: new () => object): string {
  return getMetadataArgsStorage().filterTables(entity)[0]?.name ?? '';
}

/** What the decorators of an entity have said of its columns; no connection is needed for it. */
function columnsOf(entity: new () => object, forms: TableEntry['forms'] = {}): TableColumn[] {
  const storage = getMetadataArgsStorage();
  return storage.filterColumns(entity).map(({ propertyName: field, options }) => ({
    field,
    column: options.name ?? field,
    form: forms[field] ?? formOf(options),
    isKey: options.primary === true,
    isGenerated: storage.findGenerated(entity, field) !== undefined,
  }));
}

function formOf({ type }: ColumnOptions): Form {
  if (type === 'boolean') return 'flag';
  return type === 'real' ? 'amount' : 'plain';
}

function plainColumn(name: string): TableColumn {
  return { field: name, column: name, form: 'plain', isKey: false, isGenerated: false };
}
