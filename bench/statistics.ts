/** `sorted` ascending; nearest rank. */
export function percentile(sorted: number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? NaN;
}

export interface Spread {
  min: number;
  median: number;
  max: number;
}

export function spread(values: number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? NaN;
  const lower = sorted.length % 2 === 0 ? (sorted[middle - 1] ?? NaN) : upper;
  return { min: sorted[0] ?? NaN, median: (lower + upper) / 2, max: sorted.at(-1) ?? NaN };
}
