// Measures in a thread: SQLite reads the whole file for it.
import {
  CONTENT_TABLES,
  measureTables,
  type MeasuredSizes,
  type ThreadReader,
} from '../../database/programs.js';
import type { Arrivals, Measured, MeasuredKind, MeasureInput } from './storage.types.js';

const DAY_MS = 86_400_000;
const DAYS = 14;
/** The table of the packed texts of snapshots. */
const BLOCKS = 'snapshot_blocks';

export async function run(reader: ThreadReader, { now }: MeasureInput): Promise<Measured> {
  const tables = await measureTables(reader);
  const sum = (of: (table: MeasuredSizes) => number): number =>
    tables.reduce((total, table) => total + of(table), 0);
  const blockBytes = sum(({ name, tableBytes }) => (name === BLOCKS ? tableBytes : 0));
  const rowBytes = sum(({ role, tableBytes }) => (role === 'content' ? tableBytes : 0));
  const derived = sum(({ role, name, tableBytes }) =>
    role === 'derived' && name !== BLOCKS ? tableBytes : 0,
  );
  const indexBytes = derived + sum((table) => table.indexBytes);
  const totalBytes = sum((table) => table.tableBytes + table.indexBytes);
  const arrivals = {
    snapshot: await arrivalsOf(reader, 'snapshot', tables, now),
    event: await arrivalsOf(reader, 'event', tables, now),
    message: await arrivalsOf(reader, 'message', tables, now),
  };
  const otherBytes = totalBytes - blockBytes - rowBytes - indexBytes;
  return { at: now, totalBytes, rowBytes, indexBytes, blockBytes, otherBytes, arrivals };
}

/** What a row of a kind takes, and how many came on each of the last days. */
async function arrivalsOf(
  reader: ThreadReader,
  kind: MeasuredKind,
  tables: readonly MeasuredSizes[],
  now: string,
): Promise<Arrivals> {
  const { name, timeColumn } = CONTENT_TABLES[kind];
  const perDay: number[] = [];
  const count = async (condition: string, values: readonly string[]): Promise<number> => {
    const text = `SELECT count(*) AS "rows" FROM ${name} ${condition}`;
    const [found] = (await reader.read<{ rows: number }>({ text, values })).rows;
    return Number(found?.rows ?? 0);
  };
  for (let day = 0; day < DAYS; day++) {
    const [since = '', until = ''] = [day + 1, day].map((ago) =>
      new Date(Date.parse(now) - ago * DAY_MS).toISOString(),
    );
    perDay.push(await count(`WHERE "${timeColumn}" >= ? AND "${timeColumn}" < ?`, [since, until]));
  }
  const rows = await count('', []);
  const bytes = bytesOf(kind, tables);
  return { bytes, bytesEach: bytes / Math.max(1, rows), perDay };
}

/** What a kind takes with its indexes, that of the search and its blocks among them. */
function bytesOf(kind: MeasuredKind, tables: readonly MeasuredSizes[]): number {
  const search = kind === 'event' ? 'search_events' : kind === 'message' ? 'search_messages' : undefined;
  return tables
    .filter(
      ({ name }) =>
        name === CONTENT_TABLES[kind].name ||
        (search !== undefined && name.startsWith(search)) ||
        (kind === 'snapshot' && name === BLOCKS),
    )
    .reduce((total, { tableBytes, indexBytes }) => total + tableBytes + indexBytes, 0);
}
