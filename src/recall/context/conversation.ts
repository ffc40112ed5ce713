import type { ThreadReader } from '../../database/programs.js';
import type { Draft, DraftSection } from './context.types.js';
import { minuteOf } from './quote.js';
import { readRows, type MessageRow } from './rows.js';

/** The newest messages of a conversation, the newest first; of those that there were at a moment, where one is given. */
export function readLastTurns(
  reader: ThreadReader,
  sessionId: string,
  count: number,
  at?: string,
): Promise<MessageRow[]> {
  const [until, values] = at === undefined ? ['', []] : ['AND "timestamp" <= ? ', [at]];
  const rest = `WHERE session_id = ? ${until}ORDER BY "timestamp" DESC, id DESC LIMIT ?`;
  return readRows(reader, 'message', rest, [sessionId, ...values, count]);
}

/** They stand in the order in which they were said. */
export function draftConversation(turns: readonly MessageRow[]): DraftSection {
  return {
    name: 'conversation',
    drafts: turns
      .filter(hasWords)
      .map((turn, index) => ({ ...draftMessage(turn, 'a last turn'), place: -index })),
    note: 'No message of this conversation is stored.',
  };
}

/** A turn may be nothing but a call of a tool. */
export function hasWords({ content }: MessageRow): boolean {
  return content.trim() !== '';
}

export function draftMessage({ id, timestamp, role, content }: MessageRow, why: string): Draft {
  return { kind: 'message', id, timestamp, why, text: `${minuteOf(timestamp)} ${role}: ${content}` };
}
