import type { Dialect, Work } from '../../database/index.js';

type Manager = Parameters<Work<unknown>>[0];

/** So many ranges of a kind are kept apart. */
const MAX_RANGES = 64;
/** The names of so many conversations are known again after they are gone: the newest. */
const MAX_KEYS = 20_000;
const KEY_CHARACTERS = 13;

interface Row {
  readonly id: number;
  readonly rule: string;
  readonly from: string;
  readonly until: string;
  readonly firstId: number;
  readonly lastId: number;
  readonly since: string;
  readonly at: string;
  readonly rows: number;
  readonly keys: string;
}

const OLDEST = `SELECT id AS "id", rule AS "rule", "from" AS "from", until AS "until", first_id AS "firstId",
  last_id AS "lastId", since AS "since", "at" AS "at", "rows" AS "rows", "keys" AS "keys"
  FROM forgotten_ranges WHERE kind = ? ORDER BY "at", id LIMIT 2`;
const COUNT = 'SELECT count(*) AS "rows" FROM forgotten_ranges WHERE kind = ?';
const UPDATE = `UPDATE forgotten_ranges SET rule = ?, "from" = ?, until = ?, first_id = ?, last_id = ?, since = ?,
  "rows" = ?, "keys" = ? WHERE id = ?`;

/** Makes one of the two oldest ranges of a kind where there are many, so that they stay few over the years. */
export async function mergeRanges(
  manager: Manager,
  kind: string,
  { toDriver }: Dialect,
  most = MAX_RANGES,
): Promise<void> {
  const [counted] = await manager.query<{ rows: number }[]>(toDriver(COUNT), [kind]);
  for (let extra = Number(counted?.rows ?? 0) - most; extra > 0; extra--) {
    const [older, newer] = await manager.query<Row[]>(toDriver(OLDEST), [kind]);
    if (!older || !newer) return;
    await manager.query(toDriver('DELETE FROM forgotten_ranges WHERE id = ?'), [older.id]);
    await manager.query(toDriver(UPDATE), [...merged(older, newer), newer.id]);
  }
}

function merged(older: Row, newer: Row): (string | number)[] {
  return [
    older.rule === newer.rule ? newer.rule : 'several rules',
    older.from < newer.from ? older.from : newer.from,
    older.until > newer.until ? older.until : newer.until,
    Math.min(Number(older.firstId), Number(newer.firstId)),
    Math.max(Number(older.lastId), Number(newer.lastId)),
    older.since,
    Number(older.rows) + Number(newer.rows),
    (older.keys + newer.keys).slice(-MAX_KEYS * KEY_CHARACTERS),
  ];
}
