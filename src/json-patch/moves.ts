/** Beyond so many a list is in another order. */
const MAX_MOVES = 1000;
/** Each move looks through the list. */
const MAX_LOOKS = 10_000_000;

export interface Move {
  readonly from: number;
  readonly to: number;
}

/**
 * The fewest moves that sort different numbers, one after the other: those of a longest increasing subsequence stay.
 * @returns `undefined` where there are very many.
 */
export function movesOf(numbers: readonly number[]): Move[] | undefined {
  const staying = longestIncreasing(numbers);
  const moves = numbers.length - staying.size;
  if (moves === 0) return [];
  if (moves > MAX_MOVES || moves * numbers.length > MAX_LOOKS) return undefined;
  const sorted = [...numbers].sort((one, other) => one - other);
  const current = [...numbers];
  return sorted.flatMap((number, rank) => {
    if (staying.has(number)) return [];
    const from = current.indexOf(number);
    current.splice(from, 1);
    const to = rank === 0 ? 0 : current.indexOf(sorted[rank - 1] ?? 0) + 1;
    current.splice(to, 0, number);
    return [{ from, to }];
  });
}

/** By patience sorting: the least last number of an increasing subsequence of each length, and what is before each. */
function longestIncreasing(numbers: readonly number[]): ReadonlySet<number> {
  const lasts: number[] = [];
  const previous = new Map<number, number | undefined>();
  for (const number of numbers) {
    const length = placeIn(lasts, number);
    previous.set(number, lasts[length - 1]);
    lasts[length] = number;
  }
  const longest = new Set<number>();
  for (let last = lasts.at(-1); last !== undefined; last = previous.get(last)) longest.add(last);
  return longest;
}

/** Where a number belongs in a sorted list. */
function placeIn(sorted: readonly number[], number: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) < number) low = middle + 1;
    else high = middle;
  }
  return low;
}
