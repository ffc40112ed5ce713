import type { DerivedEntry, OperationalEntry, Query } from '../../database/index.js';
import type { UsageEntity } from './usage.entity.js';

/** The columns that are sums, in the order of `AMOUNTS`. */
export const SUMS = ['message_count', 'tokens_used', 'input_tokens', 'output_tokens', 'cost'] as const;
const COLUMNS = ['began_at', 'model', ...SUMS].join(', ');

const bounded = (value: string, most = '10000000000000'): string =>
  `CASE WHEN ${value} > ${most} THEN ${most} WHEN ${value} > 0 THEN ${value} ELSE 0 END`;
const tokens = (value: string): string => bounded(`CAST(COALESCE(${value}, 0) AS bigint)`);

/** What one message adds to each sum: the same as in the triggers (migrations/sqlite/1795305608000-usage.ts). */
export const AMOUNTS = [
  '1',
  tokens('COALESCE(tokens_used, COALESCE(input_tokens, 0) + COALESCE(output_tokens, 0))'),
  tokens('input_tokens'),
  tokens('output_tokens'),
  `CAST(round((${bounded('CAST(COALESCE(cost_usd, 0) AS double precision)', '10000')}) * 1e9) AS bigint)`,
] as const;

const MINUTE = 'substr("timestamp", 15, 2)';
const QUARTER = `CASE WHEN ${MINUTE} < '15' THEN '00' WHEN ${MINUTE} < '30' THEN '15' WHEN ${MINUTE} < '45' THEN '30' ELSE '45' END`;
const KEY = `substr("timestamp", 1, 14) || ${QUARTER} || ':00.000Z' AS began_at, substr(COALESCE(model, ''), 1, 255) AS model`;

const usageOf = (filter: string): string =>
  `SELECT ${KEY}, ${SUMS.map((sum, index) => `sum(${AMOUNTS[index] ?? ''}) AS ${sum}`).join(', ')}
   FROM conversations ${filter} GROUP BY 1, 2`;
/** Both tables as one list whose sums are 0 where they agree. */
const DIFFERENCES = `SELECT ${COLUMNS} FROM (${usageOf('')}) AS counted
  UNION ALL SELECT began_at, model, ${SUMS.map((sum) => `-${sum}`).join(', ')} FROM conversation_usage`;

/** Adds messages to what was used in their quarters of an hour. */
function addMessages(ids: readonly (string | number)[]): Query {
  const text = `INSERT INTO conversation_usage AS kept (${COLUMNS})
    ${usageOf(`WHERE id IN (${ids.map(() => '?').join(', ')})`)} ORDER BY 1, 2
    ON CONFLICT (began_at, model) DO UPDATE SET ${SUMS.map((sum) => `${sum} = kept.${sum} + excluded.${sum}`).join(', ')}`;
  return { text, values: ids };
}

/** Takes messages out again; no row is left of quarters that have none any more. */
function subtractMessages({ text, values }: Query): Query {
  const isSame = '(kept.began_at, kept.model) = (gone.began_at, gone.model)';
  return {
    text: `WITH gone AS (${usageOf(`WHERE ${text}`)}), emptied AS (
        DELETE FROM conversation_usage AS kept USING gone WHERE ${isSame} AND kept.message_count = gone.message_count
      )
      UPDATE conversation_usage AS kept SET ${SUMS.map((sum) => `${sum} = kept.${sum} - gone.${sum}`).join(', ')}
      FROM gone WHERE ${isSame} AND kept.message_count <> gone.message_count`,
    values,
  };
}

/** Maintained by triggers or by its upkeep, so that copying the messages rebuilds it. */
export const USAGE = {
  role: 'derived',
  name: 'conversation_usage',
  columns: {
    beganAt: 'timestamp',
    model: 'plain',
    messageCount: 'plain',
    tokensUsed: 'plain',
    inputTokens: 'plain',
    outputTokens: 'plain',
    cost: 'plain',
  },
  check: {
    count: `SELECT count(*) FROM (SELECT 1 FROM (${DIFFERENCES}) AS differences GROUP BY began_at, model
      HAVING ${SUMS.map((sum) => `sum(${sum}) <> 0`).join(' OR ')}) AS wrong`,
    message: 'conversation_usage: quarters of an hour that do not agree with their messages',
  },
  upkeep: { of: 'conversations', afterInsert: addMessages, beforeDelete: subtractMessages },
} as const satisfies DerivedEntry<UsageEntity>;

/** What another program has changed in a transaction that has not ended; empty otherwise, and always in SQLite. */
export const USAGE_CHANGES = {
  role: 'operational',
  name: 'conversation_usage_changes',
  columns: USAGE.columns,
  isSalvaged: false,
} as const satisfies OperationalEntry<UsageEntity>;
