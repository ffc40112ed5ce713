import type { Database as SqliteHandle } from 'better-sqlite3';
import { isRebuilt } from '../../../catalogue.js';
import { isDamage, sqliteCodeOf } from '../../connection/errors.js';
import { quoted } from '../../connection/read-only.js';
import { columnsOf } from './rows.js';

export interface SchemaObject {
  readonly type: 'table' | 'index' | 'trigger' | 'view';
  readonly name: string;
  readonly tbl_name: string;
  readonly rootpage: number;
  readonly sql: string;
}

const VIRTUAL = /^\s*CREATE\s+VIRTUAL/i;

/** The readable definitions in a file. */
export function objectsOf(handle: SqliteHandle): SchemaObject[] {
  const objects: SchemaObject[] = [];
  try {
    const all = handle.prepare(
      'SELECT type, name, tbl_name, rootpage, sql FROM sqlite_schema WHERE sql IS NOT NULL',
    );
    for (const object of all.iterate() as Iterable<SchemaObject>) {
      if (isWellFormed(object)) objects.push(object);
    }
  } catch (error) {
    // An error of the disk or a lock is no damage: less would be copied than there is.
    if (!isDamage(error) && sqliteCodeOf(error) !== 'SQLITE_ERROR') throw error;
  }
  return objects;
}

/** The tables in which virtual tables keep their rows, which only their module can write. */
function shadowTablesOf(handle: SqliteHandle): ReadonlySet<string> {
  const list = "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'shadow'";
  return new Set(handle.prepare<[], string>(list).pluck().all());
}

function isWellFormed({ type, name, sql }: SchemaObject): boolean {
  if (typeof name !== 'string' || typeof sql !== 'string' || name.startsWith('sqlite_')) return false;
  return ['table', 'index', 'trigger', 'view'].includes(type);
}

/** Merges the definitions of the damaged file into the fresh one. */
export class SchemaTransfer {
  /** Objects of the operator that could not be created again. */
  readonly left: string[] = [];
  private readonly ours: readonly SchemaObject[];
  private readonly names: ReadonlySet<string>;

  constructor(
    private readonly fresh: SqliteHandle,
    private readonly source: SqliteHandle,
    private readonly damaged: readonly SchemaObject[],
  ) {
    this.ours = objectsOf(fresh);
    this.names = new Set(this.ours.map(({ name }) => name));
  }

  isOurs(table: string): boolean {
    return this.names.has(table);
  }

  /**
   * Creates the tables, and drops our indexes while rows are copied. A table of ours to which the operator has added
   * columns keeps that definition.
   * @returns the tables whose rows are to be copied, ours even where the damaged file lacks them.
   */
  makeTables(): string[] {
    for (const { type, name, tbl_name } of this.ours) {
      if (type === 'index' && !isRebuilt(tbl_name)) this.fresh.exec(`DROP INDEX ${quoted(name)}`);
    }
    const shadows = shadowTablesOf(this.source);
    const isCopied = ({ type, name }: SchemaObject): boolean => type === 'table' && !isRebuilt(name);
    const theirs = this.damaged.filter((object) => isCopied(object) && !shadows.has(object.name));
    const made = theirs.filter((table) => this.makeTable(table));
    for (const { type, name, sql } of this.ours) {
      if (type === 'trigger' && !this.has(name)) this.fresh.exec(sql);
    }
    return [...new Set([...made, ...this.ours.filter(isCopied)].map(({ name }) => name))];
  }

  /** Creates what comes after the rows: our indexes, then the other objects of the operator. */
  finish(): void {
    for (const { name, sql } of this.ours) if (!this.has(name)) this.fresh.exec(sql);
    for (const { type, name, sql } of this.damaged) {
      if (type !== 'table' && !this.has(name)) this.tryToMake(name, sql);
    }
  }

  private makeTable({ name, sql }: SchemaObject): boolean {
    if (!this.isOurs(name)) return !VIRTUAL.test(sql) ? this.tryToMake(name, sql) : this.recordLeft(name);
    if (!this.hasMoreColumns(name)) return true;
    const definition = this.ours.find((object) => object.name === name)?.sql ?? '';
    this.fresh.exec(`DROP TABLE ${quoted(name)}`);
    if (!this.tryToMake(name, sql)) this.fresh.exec(definition);
    return true;
  }

  private hasMoreColumns(table: string): boolean {
    const present = new Set(columnsOf(this.source, table).map(({ name }) => name));
    const wanted = columnsOf(this.fresh, table);
    return wanted.every(({ name }) => present.has(name)) && present.size > wanted.length;
  }

  private has(name: string): boolean {
    return this.fresh.prepare('SELECT 1 FROM sqlite_schema WHERE name = ?').get(name) !== undefined;
  }

  private tryToMake(name: string, sql: string): boolean {
    try {
      this.fresh.exec(sql);
      return true;
    } catch {
      return this.recordLeft(name);
    }
  }

  private recordLeft(name: string): false {
    this.left.push(name);
    return false;
  }
}
