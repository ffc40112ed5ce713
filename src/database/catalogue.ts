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
  key: table.entry.key,
  timeColumn: columnOf(table.entry.timeField),
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

function isKept(table: CatalogueTable): table is CatalogueTable<KeptEntry> {
  return table.entry.role === 'kept';
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
