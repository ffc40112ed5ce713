/** Where a key leads in a list: the index of the row, or undefined for a key that moves nothing. */
export function indexAfter(key: string, from: number, count: number, perPage: number): number | undefined {
  const to = MOVES[key]?.(from, count, Math.max(1, perPage));
  return to === undefined || count === 0 ? undefined : Math.min(count - 1, Math.max(0, to));
}

const MOVES: Readonly<Record<string, (from: number, count: number, perPage: number) => number>> = {
  ArrowDown: (from) => from + 1,
  ArrowUp: (from) => from - 1,
  PageDown: (from, _, perPage) => from + perPage,
  PageUp: (from, _, perPage) => from - perPage,
  Home: () => 0,
  End: (_, count) => count - 1,
};
