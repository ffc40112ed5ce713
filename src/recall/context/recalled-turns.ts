import type { Hit } from '../search/search.types.js';
import type { Draft } from './context.types.js';
import { draftMessage, hasWords } from './conversation.js';
import type { MessageRow } from './rows.js';

export type Messages = ReadonlyMap<Hit['key'], MessageRow>;

/**
 * The turn that was found, and after a question its answer, before an answer its question: either says little alone.
 * @param maxCharacters of a longer text, the part is taken that was found.
 */
export function draftTurns(hit: Hit, messages: Messages, maxCharacters: number, why: string): Draft[] {
  const found = messages.get(hit.key);
  if (!found) return [];
  const content = found.content.length > maxCharacters ? hit.snippet.text : found.content;
  const own = draftMessage({ ...found, content }, why);
  const { before = [], after = [] } = hit;
  if (found.role === 'user') {
    const answer = firstOf(after, 'assistant', messages);
    return answer ? [own, { ...draftMessage(answer, `answers message ${found.id}`), place: 1 }] : [own];
  }
  const question = found.role === 'assistant' ? firstOf([...before].reverse(), 'user', messages) : undefined;
  if (!question) return [own];
  return [own, { ...draftMessage(question, `is answered by message ${found.id}`), place: -1 }];
}

function firstOf(ids: readonly number[], role: string, messages: Messages): MessageRow | undefined {
  return ids.flatMap((id) => messages.get(id) ?? []).find((turn) => turn.role === role && hasWords(turn));
}
