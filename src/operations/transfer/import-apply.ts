import { KINDS, type Database, type Kind, type StoredRow, type Work } from '../../database/index.js';
import { ExportReader } from './export-reader.js';
import type { ImportCheck } from './import-check.js';
import type { ImportSource } from './import-source.js';
import { noCounts, type Counts } from './format.js';
import { linesOf } from './lines.js';
import { countReturned } from './returned-events.js';

/** Limits of the rows of one transaction. */
const BATCH_ROWS = 5000;
const BATCH_BYTES = 8 * 1_048_576;

/** Only where services share the database: a file belongs to the import alone. */
const WRITTEN_MEANWHILE =
  'rows were not imported, because others with their keys were written meanwhile; all others were. Import again to see which.';

/**
 * Imports a checked file, batch by batch. It is idempotent: after a kill, running the same import again completes it.
 * @returns the number of added rows.
 * @throws Error where the file has changed since the check, or services wrote rows with the same keys since; the problem of
 *   the database.
 */
export async function applyImport(
  source: ImportSource,
  database: Database,
  { fresh, lastIds, sha256 }: ImportCheck,
  onBytes?: (count: number) => void,
): Promise<Counts> {
  await database.renewFeed();
  // Before any row is there: services that share the database give out ids meanwhile.
  await database.write((manager) => database.transfer.raiseLastIds(manager, lastIds));
  const reader = new ExportReader();
  const batch = new Batch(database);
  for await (const { kind, row, bytes } of reader.rows(linesOf(source.read(onBytes)))) {
    if (batch.isFull || batch.kind !== kind) await batch.write();
    batch.add(kind, row, bytes);
  }
  if (reader.findings.total > 0 || reader.sha256 !== sha256) {
    throw new Error('The file was changed while it was being imported; what was imported by then stays.');
  }
  await batch.write();
  await database.renewFeed();
  const missed = KINDS.reduce((sum, kind) => sum + fresh[kind] - batch.added[kind], 0);
  if (missed > 0) throw new Error(`${missed} ${WRITTEN_MEANWHILE}`);
  return batch.added;
}

/** Rows of one kind that are written together. */
class Batch {
  readonly added = noCounts();
  kind: Kind | undefined;
  private rows: StoredRow[] = [];
  private bytes = 0;

  constructor(private readonly database: Database) {}

  get isFull(): boolean {
    return this.rows.length >= BATCH_ROWS || this.bytes >= BATCH_BYTES;
  }

  add(kind: Kind, row: StoredRow, bytes: number): void {
    this.kind = kind;
    this.rows.push(row);
    this.bytes += bytes;
  }

  async write(): Promise<void> {
    const { kind, rows } = this;
    if (kind === undefined || rows.length === 0) return;
    const { transfer } = this.database;
    const insert: Work<number> = (manager) => transfer.insert(manager, kind, rows);
    const work = kind === 'event' ? countReturned(this.database, rows, insert) : insert;
    // Rows derived from them are written with them.
    this.added[kind] += await this.database.write(work, undefined, { takesPosition: true });
    this.rows = [];
    this.bytes = 0;
  }
}
