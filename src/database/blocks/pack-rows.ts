import { createHash } from 'node:crypto';
import { toStoredBlockSync, writeTexts } from '../../columns/index.js';
import type { Dialect } from '../queries/dialect.js';
import type { Query } from '../query.js';
import { withinBytes } from '../queries/within-bytes.js';
import type { ThreadReader } from '../thread-program.js';
import { MAX_BYTES, MAX_ROWS, type Packing } from './packing.js';

/** So many rows are packed, or fewer with so much text: an hour of minutes, and the last ones of it stay as they came. */
const WAITING_ROWS = 64;
const WAITING_BYTES = 2 * 1_048_576;
/** What is asked for most is not worth packing. */
const NEWEST_ROWS = 4;

interface Row {
  readonly id: number;
  readonly snapshot: unknown;
}

/** Where most rows are not packed, SQLite would walk along the keys instead, over all that are. */
const tableOf = ({ namesIndexes }: Dialect): string =>
  `cluster_snapshots${namesIndexes ? ' INDEXED BY cluster_snapshots_by_block' : ''}`;

/** How much waits: the sizes of texts are known without reading them. @returns a query for `Waiting`. */
export const waitingRows = (dialect: Dialect): Query => ({
  text: `SELECT count(*) AS "rows", coalesce(sum(bytes), 0) AS "bytes" FROM (
    SELECT octet_length(snapshot) AS bytes FROM ${tableOf(dialect)}
    WHERE block_id IS NULL AND snapshot <> '' AND +id > 0 ORDER BY id LIMIT ${WAITING_ROWS}) AS waiting`,
  values: [],
});

export interface Waiting {
  readonly rows: number;
  readonly bytes: number;
}

export function isEnough({ rows, bytes }: Waiting): boolean {
  return rows > NEWEST_ROWS && (Number(rows) >= WAITING_ROWS || Number(bytes) >= WAITING_BYTES);
}

/** Puts the texts of the oldest rows together that are not packed; undefined where they are too few. */
export async function packRows(reader: ThreadReader): Promise<Packing | undefined> {
  const [waiting] = (await reader.read<Waiting>(waitingRows(reader.dialect))).rows;
  if (!waiting || !isEnough(waiting)) return undefined;
  // A file of the first backend may have other values than texts, which stay: behind them there may be some.
  for (let after = 0; ;) {
    const { rows, isCut } = await reader.read<Row>(rowsBehind(after, reader.dialect), {
      maxBytes: MAX_BYTES,
    });
    // What was cut off may be the newest rows, or rows that the next block takes.
    const texts = textsIn(isCut ? rows : rows.slice(0, -NEWEST_ROWS));
    if (texts.length > 0) {
      reader.endReading();
      return packingOf(texts);
    }
    if (!isCut && rows.length <= NEWEST_ROWS) return undefined;
    after = Number(rows.at(-1)?.id);
  }
}

function rowsBehind(id: number, dialect: Dialect): Query {
  const query = {
    text: `SELECT id, snapshot FROM ${tableOf(dialect)}
      WHERE block_id IS NULL AND snapshot <> '' AND +id > ? ORDER BY id LIMIT ?`,
    values: [id, MAX_ROWS + NEWEST_ROWS],
  };
  const shape = { properties: ['id', 'snapshot'], texts: ['snapshot'], order: '"id"' };
  return withinBytes(dialect, query, shape, MAX_BYTES);
}

interface RowText {
  readonly id: number;
  readonly text: string;
}

function textsIn(rows: readonly Row[]): RowText[] {
  return rows.flatMap(({ id, snapshot }) =>
    typeof snapshot === 'string' ? [{ id: Number(id), text: snapshot }] : [],
  );
}

function packingOf(texts: readonly RowText[]): Packing {
  return {
    block: toStoredBlockSync(writeTexts(texts.map(({ text }) => text))),
    rows: texts.map(({ id, text }) => ({ id, bytes: Buffer.byteLength(text), was: digestOf(text) })),
    replaced: [],
  };
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
