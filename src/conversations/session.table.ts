import type { DerivedEntry, Query } from '../database/index.js';
import type { SessionEntity } from './session.entity.js';

/** The same expression as in the triggers (migrations/sqlite/1795305603000-conversation-sessions.ts). */
export const TOKENS = 'COALESCE(tokens_used, COALESCE(input_tokens, 0) + COALESCE(output_tokens, 0))';
const SESSIONS_OF_MESSAGES = `SELECT session_id, min("timestamp") AS first, max("timestamp") AS last,
  count(*) AS messages, sum(${TOKENS}) AS tokens FROM conversations GROUP BY session_id`;

const COLUMNS = 'session_id, first_message_at, last_message_at, message_count, tokens_used';

/** Adds messages to their sessions; new sessions are made. */
function addMessages(ids: readonly (string | number)[]): Query {
  const places = ids.map(() => '?').join(', ');
  const text = `INSERT INTO conversation_sessions AS kept (${COLUMNS})
    SELECT session_id, min("timestamp"), max("timestamp"), count(*), sum(${TOKENS})
    FROM conversations WHERE id IN (${places}) GROUP BY session_id ORDER BY session_id
    ON CONFLICT (session_id) DO UPDATE SET
      first_message_at = CASE WHEN excluded.first_message_at < kept.first_message_at
        THEN excluded.first_message_at ELSE kept.first_message_at END,
      last_message_at = CASE WHEN excluded.last_message_at > kept.last_message_at
        THEN excluded.last_message_at ELSE kept.last_message_at END,
      message_count = kept.message_count + excluded.message_count,
      tokens_used = kept.tokens_used + excluded.tokens_used`;
  return { text, values: ids };
}

/** Maintained by triggers or by its upkeep, so that copying the messages rebuilds it. */
export const SESSIONS = {
  role: 'derived',
  name: 'conversation_sessions',
  columns: {
    id: 'id',
    sessionId: 'plain',
    firstMessageAt: 'timestamp',
    lastMessageAt: 'timestamp',
    messageCount: 'plain',
    tokensUsed: 'plain',
  },
  check: {
    count: `SELECT count(*) FROM (${SESSIONS_OF_MESSAGES}) AS m
      FULL JOIN conversation_sessions AS s ON s.session_id = m.session_id
      WHERE (m.first, m.last, m.messages, m.tokens)
        IS DISTINCT FROM (s.first_message_at, s.last_message_at, s.message_count, s.tokens_used)`,
    message: 'conversation_sessions: sessions that do not agree with their messages',
  },
  upkeep: { of: 'conversations', afterInsert: addMessages },
  // Cursors name the ids.
  kept: { by: ['id'] },
} as const satisfies DerivedEntry<SessionEntity>;
