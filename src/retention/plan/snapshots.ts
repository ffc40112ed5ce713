import { CONTENT_TABLES, type ThreadReader } from '../../database/programs.js';
import { LeastValuable, type Given } from '../rules/least-valuable.js';
import type { SnapshotRule } from '../rules/notation.js';
import { periodsIn } from '../rules/periods.js';
import { Thinning, type SnapshotRow } from '../rules/thin-snapshots.js';

const PAGE_ROWS = 5000;
const { name: TABLE } = CONTENT_TABLES.snapshot;

/** What goes by the rule, the oldest first, and what a budget could take of the rest. */
export interface SnapshotPlan {
  readonly going: readonly Given[];
  readonly rest: LeastValuable;
}

interface Row {
  readonly id: number;
  readonly timestamp: string;
  readonly waiting: number | null;
  readonly changed: number | null;
  readonly bytes: number;
}

/** Looks at all snapshots without reading their states. @param bytes what one takes where it is in a block. */
export async function planSnapshots(
  reader: ThreadReader,
  rule: SnapshotRule | undefined,
  { timeZone, now }: { timeZone: string; now: string },
): Promise<SnapshotPlan> {
  const periodsOf = periodsIn(timeZone);
  const thinning = rule && new Thinning(rule, now);
  const going: Given[] = [];
  const rest = new LeastValuable();
  for await (const row of newestFirst(reader)) {
    const periods = periodsOf(row.timestamp);
    if (thinning && !thinning.keeps(row, periods)) going.push(row);
    else rest.add(row, periods);
  }
  return { going: going.reverse(), rest };
}

async function* newestFirst(reader: ThreadReader): AsyncGenerator<SnapshotRow> {
  const text = `SELECT s.id AS "id", s."timestamp" AS "timestamp", w.id AS "waiting", c.snapshot_id AS "changed",
      ${reader.dialect.storedBytes('s.snapshot')} AS "bytes"
    FROM ${TABLE} AS s
    LEFT JOIN snapshots_to_compare AS w ON w."timestamp" = s."timestamp" AND w.id = s.id
    LEFT JOIN snapshot_changes AS c ON c.snapshot_id = s.id
    WHERE (s."timestamp", s.id) < (?, ?) ORDER BY s."timestamp" DESC, s.id DESC LIMIT ${PAGE_ROWS}`;
  let before = { timestamp: '~', id: 0 };
  for (let isMore = true; isMore;) {
    const { rows } = await reader.read<Row>({ text, values: [before.timestamp, before.id] });
    isMore = rows.length === PAGE_ROWS;
    before = rows.at(-1) ?? before;
    for (const { id, timestamp, waiting, changed, bytes } of rows)
      yield { id, timestamp, isCompared: waiting === null, hasChange: changed !== null, bytes };
  }
}
