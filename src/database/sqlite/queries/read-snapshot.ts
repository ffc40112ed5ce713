import type { Database as SqliteHandle, Statement } from 'better-sqlite3';
import { JsonText } from '../../../json/index.js';
import { KEPT_TABLES, type Cell, type Kind, type KeptRow, type KeptTable } from '../../catalogue.js';
import { openToRead } from '../connection/read-only.js';
import { identify } from '../file/identity.js';

/** A part of the time, in canonical form; a row counts by its time column. */
export interface TimeSpan {
  /** From this time on (inclusive). */
  readonly since?: string | undefined;
  /** Before this time. */
  readonly until?: string | undefined;
}

/** How many rows one slice looks at: some milliseconds of work, however few of them lie in the span. */
const SLICE_ROWS = 1000;

/**
 * All rows as they were at one moment, whatever is written meanwhile: a read-only connection of its own, inside one
 * read transaction. Until it is closed SQLite cannot reset the write-ahead log, so it must not stay open for long.
 */
export class ReadSnapshot {
  private constructor(private readonly handle: SqliteHandle) {}

  /**
   * Opens a file that this version of the service has migrated. Another process may be serving it.
   * @throws Error where the file cannot be read, or was not migrated by this version.
   */
  static open(file: string): ReadSnapshot {
    const handle = openToRead(file);
    try {
      handle.exec('BEGIN');
      // The transaction sees the file as it is at its first read.
      if (identify(handle) !== 'current') {
        throw new Error(`The database ${file} is not of this version: start the service on it once.`);
      }
      return new ReadSnapshot(handle);
    } catch (error) {
      handle.close();
      throw error;
    }
  }

  /** How many rows of a kind lie in the span. */
  count(kind: Kind, span: TimeSpan = {}): number {
    const { name, timeColumn } = KEPT_TABLES[kind];
    const { conditions, values } = within(`"${timeColumn}"`, span);
    const where = conditions.length > 0 ? ` WHERE ${conditions.join(' AND ')}` : '';
    const counted = this.handle.prepare(`SELECT count(*) FROM "${name}"${where}`).pluck();
    return Number(counted.get(...values));
  }

  /** The last id that each kind has given out; the row that it was given to may be gone. */
  lastIds(): Partial<Record<Kind, number>> {
    const sequence = this.handle.prepare('SELECT seq FROM sqlite_sequence WHERE name = ?').pluck();
    const tables = Object.values(KEPT_TABLES).filter(({ hasGeneratedIds }) => hasGeneratedIds);
    return Object.fromEntries(
      tables
        .map(({ name, entry }) => [entry.kind, sequence.get(name)] as const)
        .filter(([, last]) => Number.isSafeInteger(last)),
    );
  }

  /**
   * The rows of a kind in the span, in ascending order of their key, slice by slice. Between two slices, and between
   * two rows, the caller may turn to other work.
   */
  *slices(kind: Kind, span: TimeSpan = {}): Generator<Iterable<KeptRow>> {
    const { name, key, timeColumn } = KEPT_TABLES[kind];
    const ends = this.handle
      .prepare(
        `SELECT max(k) FROM (SELECT "${key}" AS k FROM "${name}" WHERE "${key}" >= ? ORDER BY "${key}" LIMIT ${SLICE_ROWS})`,
      )
      .pluck()
      .safeIntegers();
    const next = this.handle
      .prepare(`SELECT min("${key}") FROM "${name}" WHERE "${key}" > ?`)
      .pluck()
      .safeIntegers();
    // The plus keeps the planner from an index by time, along which the rows would have to be sorted for each slice.
    const { conditions, values } = within(`+"${timeColumn}"`, span);
    const select = this.select(kind, [`"${key}" >= ?`, `"${key}" <= ?`, ...conditions]);
    let from = this.handle.prepare(`SELECT min("${key}") FROM "${name}"`).pluck().safeIntegers().get();
    while (from !== null) {
      const to = ends.get(from);
      yield toRows(KEPT_TABLES[kind], select.iterate(from, to, ...values));
      from = next.get(to);
    }
  }

  /** Finds the row of a kind that has the same key as another. */
  finder(kind: Kind): (row: KeptRow) => KeptRow | undefined {
    const { key } = KEPT_TABLES[kind];
    const select = this.select(kind, [`"${key}" = ?`]);
    return (row) => [...toRows(KEPT_TABLES[kind], select.all(row[key]))][0];
  }

  close(): void {
    if (this.handle.open) this.handle.close();
  }

  private select(kind: Kind, conditions: readonly string[]): Statement<unknown[], unknown[]> {
    const { name, key, columns } = KEPT_TABLES[kind];
    const selected = columns.map(({ column, form }) =>
      form === 'document' ? `"${column}", json_valid("${column}")` : `"${column}"`,
    );
    const sql = `SELECT ${selected.join(', ')} FROM "${name}" WHERE ${conditions.join(' AND ')} ORDER BY "${key}"`;
    return this.handle.prepare<unknown[], unknown[]>(sql).raw();
  }
}

function within(column: string, { since, until }: TimeSpan): { conditions: string[]; values: string[] } {
  const conditions: string[] = [];
  if (since !== undefined) conditions.push(`${column} >= ?`);
  if (until !== undefined) conditions.push(`${column} < ?`);
  return { conditions, values: [since, until].filter((bound) => bound !== undefined) };
}

function* toRows({ columns }: KeptTable, rows: Iterable<unknown[]>): Generator<KeptRow> {
  for (const values of rows) {
    const row: Record<string, Cell> = {};
    let at = 0;
    for (const { field, form } of columns) {
      const value = values[at++];
      if (form === 'document') row[field] = toDocument(value, values[at++] === 1);
      else if (form === 'flag') row[field] = Boolean(value);
      else row[field] = form === 'amount' && value !== null ? finite(Number(value)) : toPlain(value);
    }
    yield row;
  }
}

/** A text that is no JSON object or array, or not on one line, stays a text: so it is kept to the letter. */
function toDocument(value: unknown, isJson: boolean): Cell {
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'string') return toPlain(value);
  const isOnOneLine = !value.includes('\n') && !value.includes('\r') && !value.includes('\0');
  // White space around it would be lost among that of the line.
  const isBare = (open: string, close: string): boolean => value.startsWith(open) && value.endsWith(close);
  const isContainer = isBare('{', '}') || isBare('[', ']');
  return isJson && isOnOneLine && isContainer ? new JsonText(value) : value;
}

function toPlain(value: unknown): Cell {
  if (typeof value === 'number') return finite(value);
  if (Buffer.isBuffer(value)) return value.toString();
  return value as string | null;
}

/** JSON has no infinity; the API answers `null` for it as well. */
function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
