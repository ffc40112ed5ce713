import type { ThreadReader } from '../../database/programs.js';
import { search } from '../search/search.js';
import { readEventsById, type EventRow, type PatternMatcher } from './event-rows.js';

/** An event of another pattern whose text is like that of the event. */
export interface NearEvent extends EventRow {
  readonly score: number;
  /** How many events there are of its pattern. */
  readonly count: number;
}

const MAX_NEAR = 10;
/** Its own pattern takes places. */
const SEARCHED = 30;
/** To leave out the events of a pattern that has more would take longer than the search itself. */
const MAX_EXCEPTED = 20_000;
/** About how much of the text has to be in the other one. */
const LEAST_SCORE = 0.25;

/** Finds events of other patterns by the text of one, one for each pattern. */
export async function findNear(
  reader: ThreadReader,
  matcher: PatternMatcher,
  event: EventRow,
  { now, timesSeen }: { readonly now: string; readonly timesSeen: number },
): Promise<NearEvent[]> {
  // Numbers and names are rare words: they would count for more than what the event says.
  const q = matcher.pattern.text.replaceAll('#', ' ').trim();
  if (q === '') return [];
  const { hits, searched } = await search(reader, {
    q,
    kinds: ['event'],
    filters: {},
    limit: SEARCHED,
    neighbours: 0,
    fold: true,
    explain: false,
    now,
    exceptPattern: timesSeen > MAX_EXCEPTED ? undefined : matcher.pattern.term,
  });
  if (searched.order !== 'relevance') return [];
  const near = hits.filter(({ score }) => score >= LEAST_SCORE);
  const rows = await readEventsById(
    reader,
    near.map(({ key }) => Number(key)),
  );
  return near
    .flatMap(({ key, score, count = 1 }) => {
      const row = rows.find(({ id }) => id === key);
      return row && row.id !== event.id && !matcher.matches(row) ? [{ ...row, score, count }] : [];
    })
    .slice(0, MAX_NEAR);
}
