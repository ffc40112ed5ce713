import type { Query } from '../../database/index.js';
import type { Day, Span } from '../../time/days.js';
import { AMOUNTS } from './usage.table.js';

/** The most models or sessions of an answer. */
export const MAX_GROUPS = 200;

/** The sums in the order of the columns; the cost is in billionths of a dollar. */
export type Sums = readonly [messages: number, tokens: number, input: number, output: number, cost: number];

/** A group of messages; one without a name says that there is none. Sums are read by `toSums`. */
export interface UsageRow {
  readonly name: string | null;
  readonly sums: string | null;
  /** How many groups there are, and the sums of the whole window; missing where all groups are rows. */
  readonly groupCount?: number | null;
  readonly total?: string;
}

const IN_WINDOW = 'began_at >= ? AND began_at < ?';
const MESSAGES_IN_WINDOW = 'message."timestamp" >= ? AND message."timestamp" < ?';

/** As one text, so that a day needs one look at its rows instead of five. */
function packed(amounts: readonly string[]): string {
  return amounts.map((amount) => `COALESCE(sum(${amount}), 0)`).join(` || ' ' || `);
}

export function toSums(text: string | null): Sums {
  const [messages = 0, tokens = 0, input = 0, output = 0, cost = 0] = (text ?? '').split(' ').map(Number);
  return [messages, tokens, input, output, cost];
}

/** Every day, also those without a message. There is one at least. */
export function byDay(days: readonly Day[]): Query {
  const text = `WITH days (day, since, until) AS (VALUES ${days.map(() => '(?, ?, ?)').join(', ')})
    SELECT days.day AS "name", (SELECT ${packed(Object.keys(AMOUNTS))} FROM conversation_usage
      WHERE began_at >= days.since AND began_at < days.until) AS "sums"
    FROM days ORDER BY days.since`;
  return { text, values: days.flatMap(({ day, since, until }) => [day, since, until]) };
}

/** The models with most tokens; the name is empty for messages without one. */
export function byModel(window: Span): Query {
  const text = `SELECT model AS "name", count(*) OVER () AS "groupCount", sum(tokens_used) AS tokens,
      ${packed(Object.keys(AMOUNTS))} AS "sums"
    FROM conversation_usage WHERE ${IN_WINDOW} GROUP BY model ORDER BY tokens DESC, "name" LIMIT ${MAX_GROUPS}`;
  return besideTotal({ text, values: [window.since, window.until] }, window);
}

/**
 * The sessions with most tokens. Those that lie in the window are ranked by their summaries, so that messages are read of
 * those that the window cuts, and of those that are answered.
 */
export function bySession({ since, until }: Span): Query {
  const text = `WITH touched AS (
      SELECT session_id, CASE WHEN first_message_at >= ? AND last_message_at < ? THEN tokens_used ELSE
        (SELECT sum(${AMOUNTS.tokens_used}) FROM conversations AS message
         WHERE message.session_id = session.session_id AND ${MESSAGES_IN_WINDOW}) END AS tokens
      FROM conversation_sessions AS session WHERE last_message_at >= ? AND first_message_at < ?
    ), largest AS (
      SELECT session_id, count(*) OVER () AS session_count FROM touched WHERE tokens IS NOT NULL
      ORDER BY tokens DESC, session_id LIMIT ${MAX_GROUPS}
    )
    SELECT largest.session_id AS "name", max(session_count) AS "groupCount", sum(${AMOUNTS.tokens_used}) AS tokens,
      ${packed(Object.values(AMOUNTS))} AS "sums"
    FROM largest JOIN conversations AS message ON message.session_id = largest.session_id AND ${MESSAGES_IN_WINDOW}
    GROUP BY largest.session_id`;
  const values = [since, until, since, until, since, until, since, until];
  return besideTotal({ text, values }, { since, until });
}

/** One statement, so that the groups and the total are of the same moment. */
function besideTotal({ text, values }: Query, { since, until }: Span): Query {
  return {
    text: `SELECT total.sums AS "total", grouped."name", grouped."groupCount", grouped."sums"
      FROM (SELECT ${packed(Object.keys(AMOUNTS))} AS sums FROM conversation_usage WHERE ${IN_WINDOW}) AS total
      LEFT JOIN (${text}) AS grouped ON 1 = 1 ORDER BY grouped.tokens DESC, grouped."name"`,
    values: [since, until, ...values],
  };
}
