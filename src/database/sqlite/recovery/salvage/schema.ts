import type { Database as SqliteHandle } from 'better-sqlite3';
import { isMadeAgain } from '../../../catalogue.js';
import { sqliteCodeOf } from '../../connection/errors.js';
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

/** What is defined in a file, as far as it can be read. */
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
    if (sqliteCodeOf(error) === undefined) throw error;
  }
  return objects;
}

function isWellFormed({ type, name, sql }: SchemaObject): boolean {
  if (typeof name !== 'string' || typeof sql !== 'string' || name.startsWith('sqlite_')) return false;
  return ['table', 'index', 'trigger', 'view'].includes(type);
}

/** The definitions of a fresh file and those of the damaged one, brought together in the fresh one. */
export class SchemaTransfer {
  /** What of the owner's could not be made again. */
  readonly left: string[] = [];
  private readonly ours: readonly SchemaObject[];
  private readonly names: ReadonlySet<string>;

  constructor(
    private readonly fresh: SqliteHandle,
    private readonly source: SqliteHandle,
    private readonly theirs: readonly SchemaObject[],
  ) {
    this.ours = objectsOf(fresh);
    this.names = new Set(this.ours.map(({ name }) => name));
  }

  isOurs(table: string): boolean {
    return this.names.has(table);
  }

  /**
   * Makes the tables, and takes our indexes away while rows arrive. A table of ours to which the owner has added
   * columns keeps his definition.
   * @returns the tables whose rows are to be copied, those of ours also where the damaged file lacks them.
   */
  makeTables(): string[] {
    for (const { type, name, tbl_name } of this.ours) {
      if (type === 'index' && !isMadeAgain(tbl_name)) this.fresh.exec(`DROP INDEX ${quoted(name)}`);
    }
    const virtual = this.theirs.filter(({ sql }) => VIRTUAL.test(sql)).map(({ name }) => name);
    const isCopied = ({ type, name }: SchemaObject): boolean => type === 'table' && !isMadeAgain(name);
    const isPartOfVirtual = ({ name }: SchemaObject): boolean =>
      virtual.some((owner) => name.startsWith(`${owner}_`));
    const theirs = this.theirs.filter((object) => isCopied(object) && !isPartOfVirtual(object));
    const made = theirs.filter((table) => this.makeTable(table));
    for (const { type, name, sql } of this.ours) {
      if (type === 'trigger' && !this.has(name)) this.fresh.exec(sql);
    }
    return [...new Set([...made, ...this.ours.filter(isCopied)].map(({ name }) => name))];
  }

  /** What comes after the rows: our indexes, then what the owner has made. */
  finish(): void {
    for (const { name, sql } of this.ours) if (!this.has(name)) this.fresh.exec(sql);
    for (const { type, name, sql } of this.theirs) {
      if (type !== 'table' && !this.has(name)) this.tryToMake(name, sql);
    }
  }

  private makeTable({ name, sql }: SchemaObject): boolean {
    if (!this.isOurs(name)) return !VIRTUAL.test(sql) ? this.tryToMake(name, sql) : this.leave(name);
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
      return this.leave(name);
    }
  }

  private leave(name: string): false {
    this.left.push(name);
    return false;
  }
}
