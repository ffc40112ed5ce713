import type { ThreadReader } from '../../database/programs.js';
import { patternOf } from '../../text/pattern.js';
import type { IndexFilter } from './filters.js';
import { readAll, type EventRow } from './rows.js';
import type { Ranked } from './scoring.js';

/** Past this, a pattern is said to be more often. */
const MAX_COUNTED = 1000;
const MAX_NODES = 20;

/** Events of one pattern, of which the best is shown. */
export interface EventFold {
  readonly term: string;
  readonly ids: Set<number>;
  readonly nodes: Set<string>;
}

/**
 * Leaves the best event of each pattern: a thousand alerts that say the same would take all places.
 * @param ranked the best first.
 */
export function foldEvents(ranked: readonly Ranked<EventRow>[]): Map<Ranked<EventRow>, EventFold> {
  const folds = new Map<Ranked<EventRow>, EventFold>();
  const byTerm = new Map<string, EventFold>();
  for (const one of ranked) {
    const term = termOf(one.row);
    let fold = byTerm.get(term);
    if (!fold) {
      fold = { term, ids: new Set(), nodes: new Set() };
      byTerm.set(term, fold);
      folds.set(one, fold);
    }
    fold.ids.add(one.row.id);
    if (one.row.node !== null && fold.nodes.size < MAX_NODES) fold.nodes.add(one.row.node);
  }
  return folds;
}

/**
 * How many events of a pattern there are in all, as the index tells it.
 * @param tail the events that the index does not hold, or not as they are now.
 */
export async function countFold(
  reader: ThreadReader,
  { term, ids }: EventFold,
  { always }: IndexFilter,
  tail: readonly EventRow[],
): Promise<{ count: number; isCountCapped: boolean }> {
  const match = { all: [{ word: term }, ...always] };
  const query = reader.dialect.search.count('event', match, MAX_COUNTED + 1);
  const [row] = await readAll<{ count: number }>(reader, query);
  const outside = tail.filter((one) => termOf(one) === term).length;
  const count = Math.max(ids.size, Number(row?.count ?? 0) + outside);
  return { count: Math.min(count, MAX_COUNTED), isCountCapped: count > MAX_COUNTED };
}

/** The term of an event's pattern is made once for all hits of a search: it costs more than reading the event. */
const terms = new WeakMap<EventRow, string>();

function termOf(row: EventRow): string {
  const term = terms.get(row) ?? patternOf(row).term;
  terms.set(row, term);
  return term;
}
