import { deleteRows, type Dialect, type Work } from '../database/index.js';
import { MESSAGES } from './message.table.js';
import { SESSIONS, TOKENS } from './session.table.js';

/** What a unit has forgotten of a conversation. */
export interface ForgottenMessages {
  readonly rows: number;
  /** The times of the first and the last of them. */
  readonly from: string;
  readonly until: string;
  /** Whether nothing is left of the conversation. */
  readonly isGone: boolean;
  /** Whether there is nothing more to do. */
  readonly isOver: boolean;
}

interface OldConversation {
  readonly sessionId: string;
  /** One that has a message from this time on is left alone. */
  readonly before: string;
  readonly limit: number;
}

interface Session {
  readonly id: number;
  readonly lastMessageAt: string;
  readonly messageCount: number;
  readonly tokensUsed: number;
}

interface Message {
  readonly id: number;
  readonly timestamp: string;
  readonly tokens: number;
}

const NOTHING: ForgottenMessages = { rows: 0, from: '', until: '', isGone: false, isOver: true };
const SESSION = `SELECT id AS "id", last_message_at AS "lastMessageAt", message_count AS "messageCount",
  tokens_used AS "tokensUsed" FROM ${SESSIONS.name} WHERE session_id = ?`;
const OLDEST = `SELECT id AS "id", "timestamp" AS "timestamp", CAST(${TOKENS} AS bigint) AS "tokens"
  FROM ${MESSAGES.name} WHERE session_id = ? ORDER BY "timestamp", id LIMIT ?`;
const SAVE = `INSERT INTO ${SESSIONS.name} (id, session_id, first_message_at, last_message_at, message_count, tokens_used)
  SELECT ?, session_id, min("timestamp"), ?, ?, ? FROM ${MESSAGES.name} WHERE session_id = ? GROUP BY session_id`;

/**
 * Forgets the oldest messages of a conversation inside a unit of work that takes the position. Its row is taken away and made
 * again from what is known: a trigger would count all its messages anew for each that goes.
 */
export async function forgetMessages(
  manager: Parameters<Work<unknown>>[0],
  { sessionId, before, limit }: OldConversation,
  dialect: Dialect,
): Promise<ForgottenMessages> {
  const { toDriver } = dialect;
  const [session] = await manager.query<Session[]>(toDriver(SESSION), [sessionId]);
  if (!session || session.lastMessageAt >= before) return NOTHING;
  const going = await manager.query<Message[]>(toDriver(OLDEST), [sessionId, limit]);
  await manager.query(toDriver(`DELETE FROM ${SESSIONS.name} WHERE session_id = ?`), [sessionId]);
  if (going.length > 0) {
    const ids = going.map(({ id }) => Number(id));
    await deleteRows(manager, MESSAGES.name, ids, dialect);
  }
  const left = Number(session.messageCount) - going.length;
  const tokens = going.reduce((sum, message) => sum - Number(message.tokens), Number(session.tokensUsed));
  if (left > 0) {
    const row = [session.id, session.lastMessageAt, left, tokens, sessionId];
    await manager.query(toDriver(SAVE), row);
  }
  const ends = { from: going[0]?.timestamp ?? '', until: going.at(-1)?.timestamp ?? '' };
  return { rows: going.length, ...ends, isGone: left <= 0, isOver: left <= 0 };
}
