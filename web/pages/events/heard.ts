import type { EventRow } from '../../api/types.js';

/** What was heard since the list was read. */
export interface Heard {
  readonly rows: ReadonlyMap<number, EventRow>;
  /** What arrived while the list keeps its place, and is not shown yet. */
  readonly held: ReadonlySet<number>;
  /** Whether more arrived meanwhile than is kept. */
  readonly isCut: boolean;
}

/** Past so many the list is read anew. */
export const MOST_HEARD = 2000;
export const NOTHING: Heard = { rows: new Map(), held: new Set(), isCut: false };

/** With what arrived together. @param isHolding whether what is new has to wait; past a bound, no more of it is kept. */
export function withHeard(
  { rows, held, isCut }: Heard,
  saved: readonly EventRow[],
  resolved: readonly EventRow[],
  isHolding: boolean,
): Heard {
  const kept = isHolding ? saved.slice(0, Math.max(0, MOST_HEARD - rows.size)) : saved;
  const added = [...kept, ...resolved].map((event): [number, EventRow] => [event.id, event]);
  return {
    rows: added.length === 0 ? rows : new Map([...rows, ...added]),
    held: isHolding && kept.length > 0 ? new Set([...held, ...kept.map(({ id }) => id)]) : held,
    isCut: isCut || kept.length < saved.length,
  };
}

/** Without what the list itself has by now. */
export function withoutRead({ rows, held }: Heard, read: ReadonlySet<number>): Heard {
  return {
    rows: new Map([...rows].filter(([id]) => !read.has(id))),
    held: new Set([...held].filter((id) => !read.has(id))),
    isCut: false,
  };
}
