import type { EventRow } from '../../api/types.js';

/**
 * What was loaded with what was heard since, newest first, each once; of one that is in both, what was heard is newer.
 * @param isComplete whether all was loaded: else what is older than that comes with its page.
 */
export function mergedRows(
  loaded: readonly EventRow[],
  heard: ReadonlyMap<number, EventRow>,
  isComplete: boolean,
): readonly EventRow[] {
  if (heard.size === 0) return loaded;
  const known = new Set(loaded.map(({ id }) => id));
  const last = loaded.at(-1);
  const isInPage = (event: EventRow): boolean =>
    isComplete || last === undefined || newestFirst(event, last) < 0;
  const added = [...heard.values()].filter((event) => !known.has(event.id) && isInPage(event));
  const rows = [...added, ...loaded.map((event) => heard.get(event.id) ?? event)];
  return added.length === 0 ? rows : rows.sort(newestFirst);
}

function newestFirst(one: EventRow, other: EventRow): number {
  if (one.timestamp !== other.timestamp) return one.timestamp < other.timestamp ? 1 : -1;
  return other.id - one.id;
}
