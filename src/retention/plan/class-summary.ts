import type { ThreadReader } from '../../database/programs.js';
import type { ClassPlan, Group, RetentionClass } from './plan.types.js';

const PAGE_ROWS = 10_000;

/** Where the rows of a class are. */
export interface ClassTable {
  readonly class: RetentionClass;
  readonly table: string;
  readonly key: string;
  readonly time: string;
  /** How many rows of the class a row of the table stands for. */
  readonly count: string;
}

interface Row {
  readonly key: number | string;
  readonly time: string;
}

/** What a class has, what of it goes, and how far back it reaches then. */
export async function summarize(
  reader: ThreadReader,
  { class: name, table, key, time, count }: ClassTable,
  groups: readonly Group[],
  going: { readonly goes: number; readonly bytesFreed: number; readonly completeAfter: string | null },
): Promise<ClassPlan> {
  const text = `SELECT ${count} AS "rows", min("${time}") AS "oldestAt" FROM ${table}`;
  const [found] = (await reader.read<{ rows: number | null; oldestAt: string | null }>({ text, values: [] }))
    .rows;
  const gone = new Set(groups.flatMap<number | string>(({ keys }) => [...keys]));
  const reachesBackTo = await oldestLeft(reader, { table, key, time }, gone);
  return {
    class: name,
    rows: Number(found?.rows ?? 0),
    ...going,
    oldestAt: found?.oldestAt ?? null,
    reachesBackTo,
  };
}

async function oldestLeft(
  reader: ThreadReader,
  { table, key, time }: Pick<ClassTable, 'table' | 'key' | 'time'>,
  gone: ReadonlySet<number | string>,
): Promise<string | null> {
  let after: Row = { time: '', key: 0 };
  for (;;) {
    const text = `SELECT "${key}" AS "key", "${time}" AS "time", id AS "id" FROM ${table}
      WHERE ("${time}", id) > (?, ?) ORDER BY "${time}", id LIMIT ${PAGE_ROWS}`;
    const { rows } = await reader.read<Row & { id: number }>({ text, values: [after.time, after.key] });
    const left = rows.find((row) => !gone.has(row.key));
    if (left) return left.time;
    const last = rows.at(-1);
    if (!last) return null;
    after = { time: last.time, key: last.id };
  }
}
