import type { EntityManager } from 'typeorm';
import { JsonText } from '../../../json/index.js';
import {
  CONTENT_TABLES,
  upkeepOf,
  type Cell,
  type ContentTable,
  type Kind,
  type StoredRow,
} from '../../catalogue.js';
import type { RowTransfer } from '../../engine.js';
import type { Key } from '../../feed/feed-change.js';
import { POSTGRES_DIALECT } from './dialect.js';
import { sequenceOf } from './read-snapshot.js';
import { chunksOf, placesOf } from '../../queries/lists.js';

/** PostgreSQL takes 65 535 values a statement. */
const ROWS_PER_STATEMENT = 500;
/** More ids than services take while a statement is on its way; taken one by one they are some milliseconds of work. */
const SAFE_JUMP = 10_000;

/** Many rows a statement; derived rows are maintained for them at once, as the end of a transaction does for others. */
export const POSTGRES_TRANSFER: RowTransfer = {
  insert: async (manager, kind, rows) => {
    const table = CONTENT_TABLES[kind];
    let added = 0;
    for (const part of chunksOf(rows, ROWS_PER_STATEMENT)) {
      const keys = await insert(manager, table, part);
      for (const { afterInsert } of keys.length > 0 ? upkeepOf(table.name) : [])
        await run(manager, afterInsert(keys));
      added += keys.length;
    }
    return added;
  },
  raiseLastIds: async (manager, lastIds) => {
    for (const [kind, last] of Object.entries(lastIds) as [Kind, number][]) await raise(manager, kind, last);
  },
};

async function insert(
  manager: EntityManager,
  table: ContentTable,
  rows: readonly StoredRow[],
): Promise<Key[]> {
  const { name, key, columns, entry } = table;
  const names = columns.map(({ column }) => `"${column}"`).join(', ');
  const places = `(${placesOf(columns)})`;
  const given = `VALUES ${rows.map(() => places).join(', ')}`;
  const text =
    `INSERT INTO "${name}" (${names}) ${entry.sameBy ? unlessSame(table, given) : given} ` +
    `ON CONFLICT ("${key}") DO NOTHING RETURNING "${key}" AS "key"`;
  const values = rows.flatMap((row) => columns.map(({ field }) => toStored(row[field])));
  return (await run<{ key: Key }>(manager, { text, values })).map((row) => row.key);
}

/** Of rows whose ids say nothing, those that are not there; where the id is taken, the row gets another. */
function unlessSame({ name, key, columns, entry: { sameBy = [] } }: ContentTable, given: string): string {
  const names = columns.map(({ column }) => `"${column}"`).join(', ');
  const values = columns.map(({ column, field }) =>
    field === key
      ? `CASE WHEN EXISTS (SELECT 1 FROM "${name}" AS taken WHERE taken."${key}" = CAST(given."${column}" AS bigint))
          THEN nextval('"${sequenceOf(name)}"') ELSE CAST(given."${column}" AS bigint) END`
      : `given."${column}"`,
  );
  const same = columns
    .filter(({ field }) => sameBy.includes(field))
    .map(({ column, field }) => {
      const comparison = field === sameBy[0] ? '=' : 'IS NOT DISTINCT FROM';
      return `there."${column}" ${comparison} given."${column}"`;
    });
  return `SELECT ${values.join(', ')} FROM (${given}) AS given(${names})
    WHERE NOT EXISTS (SELECT 1 FROM "${name}" AS there WHERE ${same.join(' AND ')}) `;
}

/**
 * Ids that rows brought with them do not raise the generator by themselves. Services may be taking ids meanwhile, and
 * `setval` would give the same ids out twice where they have come further since it was looked at: it only jumps over more
 * ids than they can take in that moment.
 */
async function raise(manager: EntityManager, kind: Kind, last: number): Promise<void> {
  const sequence = sequenceOf(CONTENT_TABLES[kind].name);
  const [given] = await run<{ last: number }>(manager, {
    text: `SELECT last_value - CASE WHEN is_called THEN 0 ELSE 1 END AS "last" FROM "${sequence}"`,
    values: [],
  });
  const missing = last - (given?.last ?? 0);
  if (missing <= 0) return;
  const [text, value] =
    missing <= SAFE_JUMP
      ? [`SELECT count(nextval('"${sequence}"')) FROM generate_series(1, CAST(? AS bigint))`, missing]
      : [`SELECT setval('"${sequence}"', ?)`, last];
  await run(manager, { text, values: [value] });
}

function run<Row>(
  manager: EntityManager,
  { text, values }: { readonly text: string; readonly values: readonly unknown[] },
): Promise<Row[]> {
  return manager.query<Row[]>(POSTGRES_DIALECT.toDriver(text), [...values]);
}

function toStored(cell: Cell | undefined): string | number | boolean | null {
  return cell instanceof JsonText ? cell.text : (cell ?? null);
}
