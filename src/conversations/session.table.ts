import type { DerivedEntry } from '../database/index.js';
import type { SessionEntity } from './session.entity.js';

/** The same expression as in the triggers (migrations/sqlite/1795305603000-conversation-sessions.ts). */
const TOKENS = 'COALESCE(tokens_used, COALESCE(input_tokens, 0) + COALESCE(output_tokens, 0))';
const SESSIONS_OF_MESSAGES = `SELECT session_id, min("timestamp") AS first, max("timestamp") AS last,
  count(*) AS messages, sum(${TOKENS}) AS tokens FROM conversations GROUP BY session_id`;

/** Maintained by triggers, so that copying the messages rebuilds it. */
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
} as const satisfies DerivedEntry<SessionEntity>;
