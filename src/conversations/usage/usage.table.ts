import type { DerivedEntry, OperationalEntry } from '../../database/index.js';
import type { UsageEntity } from './usage.entity.js';

const bounded = (value: string, most = '10000000000000'): string =>
  `CASE WHEN ${value} > ${most} THEN ${most} WHEN ${value} > 0 THEN ${value} ELSE 0 END`;
const tokens = (value: string): string => bounded(`CAST(COALESCE(${value}, 0) AS bigint)`);

/** What one message adds to each sum: the same as in the triggers (migrations/sqlite/1795305608000-usage.ts). */
export const AMOUNTS = {
  message_count: '1',
  tokens_used: tokens('COALESCE(tokens_used, COALESCE(input_tokens, 0) + COALESCE(output_tokens, 0))'),
  input_tokens: tokens('input_tokens'),
  output_tokens: tokens('output_tokens'),
  cost: `CAST(round((${bounded('CAST(COALESCE(cost_usd, 0) AS double precision)', '10000')}) * 1e9) AS bigint)`,
} as const;

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
  check: undefined,
  sums: {
    of: 'conversations',
    label: 'model',
    amounts: AMOUNTS,
    disagreement: 'quarters of an hour that do not agree with their messages',
  },
} as const satisfies DerivedEntry<UsageEntity>;

/** What another program has changed in a transaction that has not ended; empty otherwise, and always in SQLite. */
export const USAGE_CHANGES = {
  role: 'operational',
  name: 'conversation_usage_changes',
  columns: USAGE.columns,
  kept: false,
} as const satisfies OperationalEntry<UsageEntity>;
