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
/** About how much of the text has to be in the other one. */
const LEAST_SCORE = 0.25;

/** Finds events of other patterns by the text of one, one for each pattern. */
export async function findNear(
  reader: ThreadReader,
  matcher: PatternMatcher,
  event: EventRow,
  now: string,
): Promise<NearEvent[]> {
  const { hits } = await search(reader, {
    q: event.summary,
    kinds: ['event'],
    filters: {},
    limit: SEARCHED,
    neighbours: 0,
    fold: true,
    explain: false,
    now,
  });
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
