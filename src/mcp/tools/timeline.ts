import { READERS } from '../../auth/roles.js';
import { TimelineQueryDto, type TimelineItemDto } from '../../history/index.js';
import { fillAnswer, placed, type Item } from '../answer-size.js';
import { shownCoverage } from '../coverage.js';
import { nameOf, type Reference } from '../reference.js';
import { defineTool, READS } from '../tool.js';

const MAX_LINE_CHARACTERS = 400;

export const TIMELINE = defineTool({
  name: 'memory_timeline',
  title: 'What happened when',
  description: `Everything that happened in the order of time, newest first: events, when they were resolved, messages, what changed in the cluster between snapshots, preferences that were set. Use around to see what happened right before and after one thing (around: "event:12", with minutes on each side), or since and until for a window; node and kind narrow it down.
Answers { items: [{ id, line }], nextCursor, uncomparedSince, coverage: { from, to, gaps, thinned } }: id is for memory_get. coverage says what window these items are all of, and in which gaps nobody was watching: nothing in a gap does not mean that nothing happened.
Example: {"around":"event:12","minutes":15}`,
  roles: READERS,
  effect: READS,
  input: TimelineQueryDto,
  run: async (memory, input, signal) => {
    for (let limit = input.limit; ;) {
      const { timeline, nextCursor, uncomparedSince, coverage } = await memory.timeline.findTimeline(
        { ...input, limit },
        signal,
      );
      const beside = { nextCursor, uncomparedSince, coverage: shownCoverage(coverage) };
      const { items } = await fillAnswer(placed(timeline.map(toItem)), undefined, beside);
      // The cursor leads past the last item: where not all fit, there have to be fewer.
      if (items.length === timeline.length) return { items, ...beside };
      limit = items.length;
    }
  },
});

function toItem({ at, kind, id, title, node, severity }: TimelineItemDto): Item {
  const words = [
    at,
    kind,
    ...(severity === undefined ? [] : [severity]),
    ...(node === undefined ? [] : [node]),
  ];
  return {
    id: nameOf(referenceTo(kind, id)),
    line: `${words.join(' ')}: ${title}`.slice(0, MAX_LINE_CHARACTERS),
  };
}

/** What was resolved is read as the event. */
function referenceTo(kind: TimelineItemDto['kind'], id: number | string): Reference {
  return { kind: kind === 'resolution' ? 'event' : kind, id };
}
