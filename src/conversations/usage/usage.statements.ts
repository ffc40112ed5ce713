import type { Query } from '../../database/index.js';
import type { Day, Span } from '../../time/days.js';
import { AMOUNTS, SUMS } from './usage.table.js';

/** The most models or sessions of an answer. */
export const MAX_GROUPS = 200;

/** The sums in the order of the columns; the cost is in billionths of a dollar. */
const FIELDS = ['messageCount', 'tokensUsed', 'inputTokens', 'outputTokens', 'cost'] as const;
export type Sums = Readonly<Record<(typeof FIELDS)[number], number>>;
type Totals = { readonly [Field in (typeof FIELDS)[number] as `all ${Field}`]: number };

/** A group beside the sums of the whole window; one row without a name where there is no group. */
export type UsageRow = Totals &
  (({ readonly name: string; readonly groupCount: number } & Sums) | { readonly name: null });

const IN_WINDOW = 'began_at >= ? AND began_at < ?';
const MESSAGES_IN_WINDOW = 'message."timestamp" >= ? AND message."timestamp" < ?';

/** As doubles: whole numbers up to 2^53 are added exactly, and larger ones do not overflow. */
function sumsOf(amounts: readonly string[], prefix = ''): string {
  return amounts
    .map(
      (amount, at) =>
        `COALESCE(sum(CAST(${amount} AS double precision)), 0) AS "${prefix}${FIELDS[at] ?? ''}"`,
    )
    .join(', ');
}

/** Every day, also those without a message. */
export function byDay(days: readonly Day[], window: Span): Query {
  const places = days.map(() => '(?, ?, ?)').join(', ');
  const list = places ? `VALUES ${places}` : `SELECT '', '', '' WHERE 1 = 0`;
  const text = `WITH days (day, since, until) AS (${list})
    SELECT days.day AS "name", count(*) OVER () AS "groupCount", ${sumsOf(SUMS)}
    FROM days LEFT JOIN conversation_usage ON began_at >= days.since AND began_at < days.until GROUP BY days.day`;
  const values = days.flatMap(({ day, since, until }) => [day, since, until]);
  return besideTotal({ text, values }, window, '"name"');
}

/** The models with most tokens; the name is empty for messages without one. */
export function byModel(window: Span): Query {
  const text = `SELECT model AS "name", count(*) OVER () AS "groupCount", ${sumsOf(SUMS)}
    FROM conversation_usage WHERE ${IN_WINDOW} GROUP BY model ORDER BY "tokensUsed" DESC, "name" LIMIT ${MAX_GROUPS}`;
  return besideTotal({ text, values: [window.since, window.until] }, window, '"tokensUsed" DESC, "name"');
}

/**
 * The sessions with most tokens. Those that lie in the window are ranked by their summaries, so that messages are read of
 * those that the window cuts, and of those that are answered.
 */
export function bySession({ since, until }: Span): Query {
  const text = `WITH touched AS (
      SELECT session_id, CASE WHEN first_message_at >= ? AND last_message_at < ? THEN tokens_used ELSE
        (SELECT sum(${AMOUNTS[1]}) FROM conversations AS message
         WHERE message.session_id = session.session_id AND ${MESSAGES_IN_WINDOW}) END AS tokens
      FROM conversation_sessions AS session WHERE last_message_at >= ? AND first_message_at < ?
    ), largest AS (
      SELECT session_id, count(*) OVER () AS session_count FROM touched WHERE tokens IS NOT NULL
      ORDER BY tokens DESC, session_id LIMIT ${MAX_GROUPS}
    )
    SELECT largest.session_id AS "name", max(session_count) AS "groupCount", ${sumsOf(AMOUNTS)}
    FROM largest JOIN conversations AS message ON message.session_id = largest.session_id AND ${MESSAGES_IN_WINDOW}
    GROUP BY largest.session_id`;
  const values = [since, until, since, until, since, until, since, until];
  return besideTotal({ text, values }, { since, until }, '"tokensUsed" DESC, "name"');
}

/** One statement, so that the sums and their total are of the same moment. */
function besideTotal({ text, values }: Query, { since, until }: Span, order: string): Query {
  return {
    text: `SELECT * FROM (SELECT ${sumsOf(SUMS, 'all ')} FROM conversation_usage WHERE ${IN_WINDOW}) AS total
      LEFT JOIN (${text}) AS grouped ON 1 = 1 ORDER BY ${order}`,
    values: [since, until, ...values],
  };
}
