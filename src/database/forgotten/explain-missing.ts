import { createHash } from 'node:crypto';
import { ProblemError } from '../../problems/problem.error.js';
import type { Database } from '../database.js';

/** The kinds of rows that retention forgets: of conversations, by their name. */
export type ForgettableKind = 'event' | 'snapshot' | 'session';

interface Range {
  readonly rule: string;
  readonly since: string;
  readonly at: string;
}

const COLUMNS = 'rule AS "rule", since AS "since", "at" AS "at"';
/** The narrowest of those that may have had it. */
const BY_ID = `SELECT ${COLUMNS} FROM forgotten_ranges WHERE kind = ? AND first_id <= ? AND last_id >= ?
  ORDER BY last_id - first_id, id DESC LIMIT 1`;
const BY_NAME = `SELECT ${COLUMNS} FROM forgotten_ranges WHERE kind = ? AND "keys" LIKE ? ORDER BY id DESC LIMIT 1`;

/**
 * Says why a row that a route asks for is not there.
 * @returns null where retention did not forget it: it was never there.
 * @throws ProblemError `gone` where retention has forgotten it.
 */
export async function explainMissing(
  database: Database,
  kind: ForgettableKind,
  key: number | string,
): Promise<null> {
  const query =
    typeof key === 'number'
      ? { text: BY_ID, values: [kind, key, key] }
      : { text: BY_NAME, values: [kind, `%.${fingerprintOf(key)}%`] };
  const [range] = (await database.read(async (rows) => rows.read<Range>(query))).rows;
  if (!range) return null;
  const when = range.since === range.at ? `at ${range.at}` : `between ${range.since} and ${range.at}`;
  throw new ProblemError('gone', `This ${kind} was forgotten ${when}, by the rule ${range.rule}.`);
}

/** What is left of the name of a conversation that is gone: enough to know it again, and not to read it. */
export function fingerprintOf(sessionId: string): string {
  return createHash('sha256').update(sessionId).digest('hex').slice(0, 12);
}
