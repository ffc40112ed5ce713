import { RowsRefused, type CopySource, type CopyTarget, type StoredTables } from './ends.js';
import { FoundRows, MAX_NAMED } from './found-rows.js';
import { KEPT_TABLES, keyText, type KeptTable } from './kept-tables.js';
import { toLine, type CopiedRow } from './row-text.js';
import { isEqual, TableDigest, type TableSide } from './table-digest.js';

export type CopyStep = 'copy' | 'compare';

export interface CopyOptions {
  /** Rows of all tables. */
  readonly onProgress?: ((step: CopyStep, done: number, total: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
  /** The target goes on with the secrets that it has. */
  readonly leavesSecrets?: boolean;
}

export interface CopiedTable {
  readonly name: string;
  readonly source: TableSide;
  readonly target: TableSide;
}

export interface CopyReport {
  readonly tables: readonly CopiedTable[];
  /** Whether both sides hold the same; nothing was copied otherwise. */
  readonly isEqual: boolean;
  /** What is in the source and not ours, in words. */
  readonly left: readonly string[];
  /** The files of secrets that get their place at the next start. */
  readonly waiting: readonly string[];
}

/**
 * Copies the kept tables of one database into another, row by row as they are stored, and reads both sides to compare them
 * before what was copied counts.
 * @throws RowsRefused where the target cannot hold rows; the reason of the signal; what either side throws.
 */
export async function copyMemory(
  source: CopySource,
  target: CopyTarget,
  options: CopyOptions = {},
): Promise<CopyReport> {
  const tables = KEPT_TABLES.filter(({ holdsSecrets }) => !(holdsSecrets && options.leavesSecrets));
  const progress = await Progress.of(source, tables, options);
  const findings = new Findings(source, target);
  const sides = new Map<KeptTable, TableSide>();
  for (const table of tables) {
    sides.set(
      table,
      await readSide(source, table, progress.step('copy'), async (rows, lines) => {
        if (findings.areNoneIn(table, rows)) await target.write(table, rows, lines);
      }),
    );
  }
  findings.refuseAny();
  for (const [table, { lastId }] of sides) if (table.hasGeneratedIds) await target.raiseLastId(table, lastId);
  await target.complete();
  const copied: CopiedTable[] = [];
  for (const [table, side] of sides) {
    const found = await readSide(target.written, table, progress.step('compare'));
    copied.push({ name: table.name, source: side, target: found });
  }
  const areEqual = copied.every((one) => isEqual(one.source, one.target));
  const waiting = areEqual ? await target.finish() : [];
  return { tables: copied, isEqual: areEqual, left: source.left, waiting };
}

async function readSide(
  stored: StoredTables,
  table: KeptTable,
  report: (rows: number) => void,
  take?: (rows: readonly CopiedRow[], lines: string) => Promise<void>,
): Promise<TableSide> {
  const digest = new TableDigest();
  for await (const rows of stored.slices(table)) {
    const lines = rows.map(toLine).join('');
    digest.add(rows.length, lines);
    await take?.(rows, lines);
    report(rows.length);
    // A signal is noticed between two slices, also where both sides answer at once.
    await new Promise(setImmediate);
  }
  return digest.end(table.hasGeneratedIds ? await stored.lastId(table) : 0);
}

/** The rows that the target cannot hold. Once there is one, nothing more is written, and the others are named as well. */
class Findings {
  private readonly found = new FoundRows();

  constructor(
    private readonly source: CopySource,
    private readonly target: CopyTarget,
  ) {}

  areNoneIn(table: KeptTable, rows: readonly CopiedRow[]): boolean {
    for (const row of rows) {
      for (let index = 0; index < row.length; index++) {
        const reason = this.target.refuses(table, index, row[index] ?? null);
        if (reason !== undefined) this.note(table, row, index, reason);
      }
    }
    return this.found.count === 0 && this.source.unreadable.count === 0;
  }

  refuseAny(): void {
    const { found } = this;
    const { unreadable } = this.source;
    const count = unreadable.count + found.count;
    if (count === 0) return;
    const named = [...unreadable.named, ...found.named].slice(0, MAX_NAMED);
    const more = count - named.length;
    throw new RowsRefused([...named, ...(more > 0 ? [`and ${more} more`] : [])]);
  }

  private note(table: KeptTable, row: CopiedRow, index: number, reason: string): void {
    this.found.note(
      () => `${table.name} ${keyText(table, row)}: ${table.columns[index]?.column ?? ''} ${reason}`,
    );
  }
}

class Progress {
  private done = 0;

  private constructor(
    private readonly total: number,
    private readonly options: CopyOptions,
  ) {}

  static async of(source: CopySource, tables: readonly KeptTable[], options: CopyOptions): Promise<Progress> {
    let total = 0;
    for (const table of tables) total += await source.count(table);
    return new Progress(total, options);
  }

  step(step: CopyStep): (rows: number) => void {
    return (rows) => {
      this.options.signal?.throwIfAborted();
      this.done += rows;
      const isSecond = step === 'compare';
      this.options.onProgress?.(step, isSecond ? this.done - this.total : this.done, this.total);
    };
  }
}
