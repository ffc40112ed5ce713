import type { Dialect, Work } from '../../database/index.js';

type Manager = Parameters<Work<unknown>>[0];

/** The rows that a unit has forgotten. */
export interface Forgotten {
  readonly rows: number;
  readonly from: string;
  readonly until: string;
  readonly firstId: number;
  readonly lastId: number;
  /** Of sessions that are gone as a whole. */
  readonly fingerprints: readonly string[];
}

/** Where the range of a rule is kept during a run. */
export interface Range {
  readonly kind: string;
  readonly rule: string;
  id: number | undefined;
}

const INSERT = `INSERT INTO forgotten_ranges (kind, rule, "from", until, first_id, last_id, since, "at", "rows", "keys")
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;
const EXTEND = `UPDATE forgotten_ranges SET
    "from" = CASE WHEN ? < "from" THEN ? ELSE "from" END, until = CASE WHEN ? > until THEN ? ELSE until END,
    first_id = CASE WHEN ? < first_id THEN ? ELSE first_id END, last_id = CASE WHEN ? > last_id THEN ? ELSE last_id END,
    "at" = ?, "rows" = "rows" + ?, "keys" = "keys" || ?
  WHERE id = ?`;

/** Notes in the unit itself what it forgets. @returns the id of the range. */
export async function noteForgotten(
  manager: Manager,
  { kind, rule, id }: Range,
  { from, until, firstId, lastId, rows, fingerprints }: Forgotten,
  { at, dialect }: { at: string; dialect: Dialect },
): Promise<number> {
  const keys = fingerprints.map((one) => `.${one}`).join('');
  if (id === undefined) {
    const statement = dialect.toDriver(INSERT + dialect.returning('id'));
    const values = [kind, rule, from, until, firstId, lastId, at, at, rows, keys];
    return dialect.insertedId(await manager.query(statement, values));
  }
  const ends = [from, from, until, until, firstId, firstId, lastId, lastId];
  await manager.query(dialect.toDriver(EXTEND), [...ends, at, rows, keys, id]);
  return id;
}
