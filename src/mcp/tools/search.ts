import { READERS } from '../../auth/roles.js';
import { SearchQueryDto, type SearchResult } from '../../recall/index.js';
import type { StoredText } from '../../json/index.js';
import { WithoutFields } from '../../validation/index.js';
import { fillAnswer, firstPartOf, placed, type Item } from '../answer-size.js';
import type { Memory } from '../memory.js';
import { nameOf } from '../reference.js';
import { defineTool, READS } from '../tool.js';

/** A corrected query is shown up to here. */
const MAX_SHOWN_QUERY = 200;
/** Texts of lines are short by themselves; names of nodes and conversations need not be. */
const MAX_LINE_CHARACTERS = 600;
const MAX_SHOWN_NODES = 5;

/** Rows with those around them are what `memory_get` is for. */
@WithoutFields('neighbours', 'explain')
class SearchArguments extends SearchQueryDto {}

export const SEARCH = defineTool({
  name: 'memory_search',
  title: 'Search the memory',
  description: `Find anything that ever happened or was said: alerts, actions, conversations, preferences. Use it before you say that you do not know, and before you ask the owner for what was said before. q is any text: words, a question, a pasted message, an identifier (pve2, vm:104); only "quotes" have a meaning, of words that follow one another. Filters narrow it down: node, type, severity (events), sessionId (messages), kind, since, until.
Answers { results: [{ id, line, tokens }], nextCursor, searched: { kinds, from, to, rows } }, the best first: id is what memory_get reads in full, line what was found, tokens what the row would cost to read.
Example: {"q":"why did the backup of vm 104 fail","since":"2026-11-01"}`,
  roles: READERS,
  effect: READS,
  input: SearchArguments,
  run: async (memory, input, signal) => {
    for (let limit = input.limit; ;) {
      const { results, nextCursor, correctedTo, ...about } = await memory.recall.search(
        { ...input, limit },
        signal,
      );
      const beside = {
        nextCursor,
        ...(correctedTo !== undefined && { correctedTo: correctedTo.slice(0, MAX_SHOWN_QUERY) }),
        ...about,
      };
      const { items } = await fillAnswer(placed(await linesOf(memory, results)), undefined, beside);
      // The cursor leads past the last result: where not all fit, there have to be fewer.
      if (items.length === results.length) return { results: items, ...beside };
      limit = items.length;
    }
  },
});

async function linesOf(memory: Memory, results: readonly SearchResult<StoredText>[]): Promise<Item[]> {
  const parts = results.map(({ kind, event, message, preference }) =>
    firstPartOf({ kind, ...event, ...message, ...preference }),
  );
  const counts = await memory.countTokens(parts.map(({ text }) => text));
  return results.map((result, index) => ({
    id: nameOf(result),
    line: lineOf(result),
    tokens: Math.round((counts[index] ?? 0) / (parts[index]?.share ?? 1)),
  }));
}

/** What was found in one line: when, what about it can be told in a word, and the part that matches. */
function lineOf({
  timestamp,
  snippet,
  event,
  message,
  count,
  nodes,
  preference,
}: SearchResult<StoredText>): string {
  const words = [timestamp];
  const text = snippet.text.replace(/\s+/g, ' ').trim();
  if (event) words.push(event.severity, event.type, event.resolved ? 'resolved' : 'open');
  // The searched text of an event begins with its node.
  if (event?.node && !text.startsWith(event.node)) words.push(event.node);
  if (message) words.push(message.role, `in ${message.sessionId}`);
  if (preference) words.push(preference.key);
  const places = nodes && nodes.length > 1 ? ` on ${nodes.slice(0, MAX_SHOWN_NODES).join(', ')}` : '';
  const others = count !== undefined && count > 1 ? ` (${count} like it${places})` : '';
  return `${words.join(' ')}: ${text}${others}`.slice(0, MAX_LINE_CHARACTERS);
}
