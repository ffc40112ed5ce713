import type { Measured, MeasuredKind } from './storage.types.js';

/** What a kind takes, and what came of it. */
export interface KindStorage {
  readonly kind: MeasuredKind;
  readonly bytes: number;
  readonly bytesPerDay: readonly number[];
}

const KINDS: readonly MeasuredKind[] = ['event', 'snapshot', 'message'];

/** What each kind takes with its indexes, and how much of that came on each of the last days. */
export function kindsOf({ arrivals }: Measured): KindStorage[] {
  return KINDS.map((kind) => {
    const { bytes, bytesEach, perDay } = arrivals[kind];
    return { kind, bytes, bytesPerDay: perDay.map((rows) => Math.round(rows * bytesEach)) };
  });
}
