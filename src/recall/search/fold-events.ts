import type { Match, ThreadReader } from '../../database/programs.js';
import { patternOf } from '../../text/pattern.js';
import type { IndexFilter } from './filters.js';
import { readAll, type EventRow } from './rows.js';
import type { KindScope } from './scope.js';
import type { Ranked } from './scoring.js';

/** Past this, a pattern is said to be more often. */
const MAX_COUNTED = 1000;
const MAX_COMPARED = 5000;
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
 * How many events of a pattern there are in all. The index tells it; where the terms of a row do not tell all that is asked
 * for, so many are looked up.
 * @param tail the events that the index does not hold, or not as they are now.
 */
export async function countFold(
  reader: ThreadReader,
  { term, ids }: EventFold,
  { always, newest, where }: IndexFilter,
  { mark, tail }: Pick<KindScope<'event'>, 'mark' | 'tail'>,
  passes: (row: EventRow) => boolean,
): Promise<{ count: number; isCountCapped: boolean }> {
  const match = { all: [{ word: term }, ...always] };
  const isMore = where !== undefined && (await isMoreThan(reader, match));
  const looked = isMore ? { all: [...match.all, ...newest] } : match;
  const bounds = { upTo: mark, newest: MAX_COUNTED + 1, where, among: MAX_COMPARED };
  const { search } = reader.dialect;
  const found = await readAll<{ id: number }>(reader, search.matching('event', looked, bounds));
  const outside = new Set(tail.map(({ id }) => id));
  const indexed = found.filter(({ id }) => !outside.has(Number(id))).length;
  const others = tail.filter((row) => passes(row) && termOf(row) === term).length;
  const count = Math.max(ids.size, indexed + others);
  const isCountCapped = isMore || found.length > MAX_COUNTED || count > MAX_COUNTED;
  return { count: Math.min(count, MAX_COUNTED), isCountCapped };
}

/** Whether there are more rows than are looked up. */
async function isMoreThan(reader: ThreadReader, match: Match): Promise<boolean> {
  const query = reader.dialect.search.count('event', match, MAX_COMPARED + 1);
  const [row] = await readAll<{ count: number }>(reader, query);
  return Number(row?.count ?? 0) > MAX_COMPARED;
}

/** The term of an event's pattern is made once for all hits of a search: it costs more than reading the event. */
const terms = new WeakMap<EventRow, string>();

function termOf(row: EventRow): string {
  const term = terms.get(row) ?? patternOf(row).term;
  terms.set(row, term);
  return term;
}
