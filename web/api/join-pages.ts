/** A page of a list, and the cursor of the next; null on the last. */
export interface PageOf<R> {
  readonly rows: readonly R[];
  readonly next: string | null;
}

/**
 * A beginning that was read again, before what had been loaded below it. Where it has none of that, more may have come than
 * one page holds, and nobody knows what lies between: the list begins anew.
 */
export function joinPages<P extends PageOf<R>, R>(first: P, last: P, idOf: (row: R) => string | number): P {
  const ids = new Set(first.rows.map(idOf));
  const below = last.rows.filter((row) => !ids.has(idOf(row)));
  const overlaps = below.length < last.rows.length;
  if (!overlaps || last.rows.length <= first.rows.length) return first;
  return { ...last, rows: [...first.rows, ...below] };
}
