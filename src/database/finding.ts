import { describeError } from '../problems/described-error.js';

/** Best first. `limit`: the service works, with less than the best. `broken`: it would lose data, or cannot serve. */
export const LEVELS = ['good', 'limit', 'broken'] as const;
export type Level = (typeof LEVELS)[number];

/** What was found out about one thing that the service needs of a database. */
export interface Finding {
  readonly subject: string;
  readonly level: Level;
  /** One sentence for the operator; without passwords. */
  readonly found: string;
  /** What follows of it: what the service does instead, or what is to be done. */
  readonly then?: string | undefined;
}

export const good = (subject: string, found: string, then?: string): Finding => ({
  subject,
  level: 'good',
  found,
  then,
});

export const limit = (subject: string, found: string, then?: string): Finding => ({
  subject,
  level: 'limit',
  found,
  then,
});

export const broken = (subject: string, found: string, then?: string): Finding => ({
  subject,
  level: 'broken',
  found,
  then,
});

/** A probe that was not carried out, because of an error that it did not expect. */
export function untold(subject: string, error: unknown, level: Level = 'limit'): Finding {
  return { subject, level, found: `This could not be found out: ${describeError(error).message}` };
}

/** In words: `0.8 ms (median of 50), 1.4 ms (95 %)`. @param durations in milliseconds; at least one. */
export function describeDurations(durations: readonly number[]): string {
  const [median, most] = [0.5, 0.95].map((share) => percentile(durations, share).toFixed(1));
  return `${median} ms (median of ${durations.length}), ${most} ms (95 %)`;
}

export function percentile(durations: readonly number[], share: number): number {
  const sorted = durations.toSorted((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? NaN;
}
