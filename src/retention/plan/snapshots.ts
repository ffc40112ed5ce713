import { CONTENT_TABLES, type ThreadReader } from '../../database/programs.js';
import { LeastValuable, type Removal } from '../../retention-rules/least-valuable.js';
import type { SnapshotRule } from '../../retention-rules/notation.js';
import { periodsIn } from '../../retention-rules/periods.js';
import { Thinning, type SnapshotRow } from '../../retention-rules/thin-snapshots.js';

const PAGE_ROWS = 5000;
const { name: TABLE } = CONTENT_TABLES.snapshot;

/** What goes by the rule, the oldest first, and what a budget could take of the rest. */
export interface SnapshotPlan {
  readonly going: readonly Removal[];
  readonly rest: LeastValuable;
}

interface Row {
  readonly id: number;
  readonly timestamp: string;
  readonly waiting: number | null;
  readonly changed: number | null;
  readonly packed: number | null;
  readonly bytes: number;
}

/** A row, its entries in the indexes, and its part of what belongs to each. */
const ROW_BYTES = 90;

/** What blocks hold of snapshots that are no longer there: it is given back when they are packed anew. */
export async function bytesWaitingInBlocks(reader: ThreadReader): Promise<number> {
  const text = `SELECT sum(${reader.dialect.storedBytes('b.body')} * (b.count -
      (SELECT count(*) FROM ${TABLE} AS s WHERE s.block_id = b.id)) / b.count) AS "bytes" FROM snapshot_blocks AS b`;
  return Number((await reader.read<{ bytes: number | null }>({ text, values: [] })).rows[0]?.bytes ?? 0);
}

/** What is left of a byte of a text in a block. */
async function packedShare(reader: ThreadReader): Promise<number> {
  const text = `SELECT (SELECT sum(${reader.dialect.storedBytes('body')}) FROM snapshot_blocks) AS "packed",
    (SELECT sum(bytes) FROM ${TABLE} WHERE block_id IS NOT NULL) AS "plain"`;
  const [sums] = (await reader.read<{ packed: number | null; plain: number | null }>({ text, values: [] }))
    .rows;
  return Math.min(1, Number(sums?.packed ?? 0) / Math.max(1, Number(sums?.plain ?? 0)));
}

/** Looks at all snapshots without reading their states. */
export async function planSnapshots(
  reader: ThreadReader,
  rule: SnapshotRule | undefined,
  { timeZone, now }: { timeZone: string; now: string },
): Promise<SnapshotPlan> {
  const periodsOf = periodsIn(timeZone);
  const thinning = rule && new Thinning(rule, now);
  const going: Removal[] = [];
  const rest = new LeastValuable();
  for await (const row of newestFirst(reader, await packedShare(reader))) {
    if (Number.isNaN(Date.parse(row.timestamp))) continue;
    const periods = periodsOf(row.timestamp);
    if (thinning && !thinning.keeps(row, periods)) going.push(row);
    else rest.add(row, periods);
  }
  return { going: going.reverse(), rest };
}

async function* newestFirst(reader: ThreadReader, share: number): AsyncGenerator<SnapshotRow> {
  const text = `SELECT s.id AS "id", s."timestamp" AS "timestamp", w.id AS "waiting", c.snapshot_id AS "changed",
      s.bytes AS "packed", ${reader.dialect.storedBytes('s.snapshot')} AS "bytes"
    FROM ${TABLE} AS s
    LEFT JOIN snapshots_to_compare AS w ON w."timestamp" = s."timestamp" AND w.id = s.id
    LEFT JOIN snapshot_changes AS c ON c.snapshot_id = s.id
    WHERE (s."timestamp", s.id) < (?, ?) ORDER BY s."timestamp" DESC, s.id DESC LIMIT ${PAGE_ROWS}`;
  let before = { timestamp: '~', id: 0 };
  for (let isMore = true; isMore;) {
    const { rows } = await reader.read<Row>({ text, values: [before.timestamp, before.id] });
    isMore = rows.length === PAGE_ROWS;
    before = rows.at(-1) ?? before;
    for (const { id, timestamp, waiting, changed, packed, bytes } of rows) {
      const held = ROW_BYTES + Math.round(packed === null ? Number(bytes) : Number(packed) * share);
      yield { id, timestamp, isCompared: waiting === null, hasChange: changed !== null, bytes: held };
    }
  }
}
