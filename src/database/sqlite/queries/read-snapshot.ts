/* eslint-disable @typescript-eslint/require-await -- SQLite answers at once; other engines do not */
import type { Database as SqliteHandle, Statement } from 'better-sqlite3';
import type { StoredBlock } from '../../../columns/index.js';
import { CONTENT_TABLES, type ContentTable, type Kind, type StoredRow } from '../../catalogue.js';
import { sameRow } from '../../queries/same-row.js';
import type { ReadSnapshot, TimeSpan } from '../../engine.js';
import { spanConditions } from '../../queries/time-span.js';
import { blockQuery, placeIn } from '../../blocks/read-block.js';
import { RowUnpacker, type FoundRow } from '../../blocks/unpacked-rows.js';
import { toStoredRow } from '../../stored-row.js';
import { openReadOnly } from '../connection/read-only.js';
import { identify } from '../file/identity.js';

/** Rows scanned per slice: some milliseconds of work, however few of them lie in the span. */
const ROWS_PER_SLICE = 1000;

/**
 * A consistent snapshot of all rows: a separate read-only connection inside one read transaction. While it is open SQLite
 * cannot reset the write-ahead log, so it must not stay open for long.
 */
export class SqliteReadSnapshot implements ReadSnapshot {
  private readonly finders = new Map<Kind, Statement<unknown[], unknown[]>>();

  private readonly unpacker = new RowUnpacker((id) => Promise.resolve(this.block(id)));

  private constructor(private readonly handle: SqliteHandle) {}

  /**
   * Opens a file that another process may be serving.
   * @throws Error where the file cannot be read, or is not migrated to this version.
   */
  static open(file: string): SqliteReadSnapshot {
    const handle = openReadOnly(file);
    try {
      handle.exec('BEGIN');
      // The first read pins the snapshot of the transaction.
      if (identify(handle) !== 'current') {
        throw new Error(`The database ${file} is not of this version: start the service on it once.`);
      }
      return new SqliteReadSnapshot(handle);
    } catch (error) {
      handle.close();
      throw error;
    }
  }

  async count(kind: Kind, span: TimeSpan = {}): Promise<number> {
    const { name, timeColumn } = CONTENT_TABLES[kind];
    const { conditions, values } = spanConditions(`"${timeColumn}"`, span);
    const where = conditions.length > 0 ? ` WHERE ${conditions.join(' AND ')}` : '';
    const counted = this.handle.prepare(`SELECT count(*) FROM "${name}"${where}`).pluck();
    return Number(counted.get(...values));
  }

  /** The AUTOINCREMENT sequence of each kind. */
  async lastIds(): Promise<Partial<Record<Kind, number>>> {
    const sequence = this.handle.prepare('SELECT seq FROM sqlite_sequence WHERE name = ?').pluck();
    const tables = Object.values(CONTENT_TABLES).filter(({ hasGeneratedIds }) => hasGeneratedIds);
    return Object.fromEntries(
      tables
        .map(({ name, entry }) => [entry.kind, sequence.get(name)] as const)
        .filter(([, last]) => Number.isSafeInteger(last)),
    );
  }

  /** The caller may yield to the event loop between two slices, and between two rows. */
  slices(kind: Kind, span: TimeSpan = {}): AsyncIterable<Iterable<StoredRow>> {
    return this.unpacker.slices(CONTENT_TABLES[kind], this.foundSlices(kind, span));
  }

  async find(kind: Kind, row: StoredRow): Promise<StoredRow | undefined> {
    const { condition, fields } = sameRow(CONTENT_TABLES[kind]);
    const select = this.finders.get(kind) ?? this.select(kind, [condition]);
    this.finders.set(kind, select);
    const [found] = toRows(CONTENT_TABLES[kind], select.all(...fields.map((field) => row[field])));
    return found && this.unpacker.row(CONTENT_TABLES[kind], found);
  }

  async close(): Promise<void> {
    if (this.handle.open) this.handle.close();
  }

  private async *foundSlices(kind: Kind, span: TimeSpan): AsyncGenerator<Iterable<FoundRow>> {
    const { name, key, timeColumn } = CONTENT_TABLES[kind];
    const ends = this.handle
      .prepare(
        `SELECT max(k) FROM (SELECT "${key}" AS k FROM "${name}" WHERE "${key}" >= ? ORDER BY "${key}" LIMIT ${ROWS_PER_SLICE})`,
      )
      .pluck()
      .safeIntegers();
    const next = this.handle
      .prepare(`SELECT min("${key}") FROM "${name}" WHERE "${key}" > ?`)
      .pluck()
      .safeIntegers();
    // The unary plus keeps the planner from the index on time, which would need a sort for each slice.
    const { conditions, values } = spanConditions(`+"${timeColumn}"`, span);
    const select = this.select(kind, [`"${key}" >= ?`, `"${key}" <= ?`, ...conditions]);
    let from = this.handle.prepare(`SELECT min("${key}") FROM "${name}"`).pluck().safeIntegers().get();
    while (from !== null) {
      const to = ends.get(from);
      yield toRows(CONTENT_TABLES[kind], select.iterate(from, to, ...values));
      from = next.get(to);
    }
  }

  private block(id: number): StoredBlock | undefined {
    const { text, values } = blockQuery(id);
    return this.handle.prepare<unknown[], StoredBlock>(text).get(...values);
  }

  private select(kind: Kind, conditions: readonly string[]): Statement<unknown[], unknown[]> {
    const { name, key, columns, entry } = CONTENT_TABLES[kind];
    const selected = columns.map(({ column, form }) =>
      form === 'document' ? `"${column}", json_valid("${column}")` : `"${column}"`,
    );
    if (entry.packed) selected.push('block_id', 'block_index');
    const sql = `SELECT ${selected.join(', ')} FROM "${name}" WHERE ${conditions.join(' AND ')} ORDER BY "${key}"`;
    return this.handle.prepare<unknown[], unknown[]>(sql).raw();
  }
}

function* toRows({ columns, entry }: ContentTable, rows: Iterable<unknown[]>): Generator<FoundRow> {
  for (const values of rows) {
    let at = 0;
    const row = toStoredRow(columns, (form) => {
      const value = values[at++];
      return form === 'document' ? { value, isJson: values[at++] === 1 } : { value, isJson: false };
    });
    const [blockId, blockIndex] = values.slice(at) as (number | null)[];
    yield { row, place: entry.packed && placeIn(row[entry.packed.field], blockId, blockIndex) };
  }
}
