import { READERS } from '../../auth/roles.js';
import { EventIdDto } from '../../events/index.js';
import { decodeCursor, encodeCursor } from '../../paging/index.js';
import { notFound } from '../../problems/problem.error.js';
import { CursorField } from '../../validation/index.js';
import { fillAnswer, placed, type Item } from '../answer-size.js';
import type { Memory } from '../memory.js';
import { nameOf } from '../reference.js';
import { defineTool, READS } from '../tool.js';

/** A text in a line; `memory_get` has all of it. */
const MAX_SHOWN_CHARACTERS = 300;

class SimilarArguments extends EventIdDto {
  @CursorField()
  cursor?: string;
}

type Similar = NonNullable<Awaited<ReturnType<Memory['recall']['findSimilar']>>>;

export const SIMILAR = defineTool({
  name: 'memory_similar',
  title: 'Has it been seen before?',
  description: `What the memory knows of events like one, by its id (12 for "event 12"): how often it was seen and when, how it was resolved, what was done and how often it stayed away for a day after that, and earlier, similar events. Use it for an alert before you act. Small numbers are given as they are: 2 of 3 is no proof.
Answers { pattern, items: [{ about: "action" | "earlier" | "other node" | "near", … }], nextCursor, searched }; ids are for memory_get.
Example: {"id":12}`,
  roles: READERS,
  effect: READS,
  input: SimilarArguments,
  run: async (memory, { id, cursor }, signal) => {
    const similar = await memory.recall.findSimilar(id, signal);
    if (!similar) throw notFound('event');
    const scope = `memory_similar ${id}`;
    const begin = cursor === undefined ? undefined : decodeCursor(cursor, scope);
    const pattern = patternOf(similar);
    const searched = { kinds: ['event'], to: `event ${id}`, window: 'all time' };
    const items = placed(itemsOf(similar), Number(begin?.sortKey ?? 0));
    const filled = await fillAnswer(items, begin && { place: begin.sortKey, from: begin.id }, {
      pattern,
      searched,
    });
    const { next } = filled;
    const nextCursor = next ? encodeCursor({ sortKey: next.place, id: next.from }, scope) : null;
    return { pattern, items: filled.items, nextCursor, searched };
  },
});

/** With the number of its actions, which are items themselves. */
function patternOf({ pattern }: Similar): object {
  return { ...pattern, text: shown(pattern.text), actions: pattern.actions.length };
}

/** The actions, the most helpful first, then the events. */
function itemsOf({ pattern, earlier, onOtherNodes, near }: Similar): Item[] {
  const actions = pattern.actions.map(({ summary, ...action }) => ({
    about: 'action',
    summary: shown(summary),
    ...action,
  }));
  const lines = (about: string, events: Similar['earlier']): Item[] =>
    events.map((event) => ({ about, id: nameOf({ kind: 'event', id: event.id }), line: lineOf(event) }));
  return [
    ...actions,
    ...lines('earlier', earlier),
    ...lines('other node', onOtherNodes),
    ...lines('near', near),
  ];
}

function lineOf({ timestamp, severity, type, resolved, node, summary }: Similar['earlier'][number]): string {
  const words = [timestamp, severity, type, resolved ? 'resolved' : 'open', ...(node === null ? [] : [node])];
  return `${words.join(' ')}: ${shown(summary)}`;
}

function shown(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > MAX_SHOWN_CHARACTERS ? `${line.slice(0, MAX_SHOWN_CHARACTERS)}…` : line;
}
