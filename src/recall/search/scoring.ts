import type { Analysis } from './analyser.js';
import { dateStems } from './dates.js';
import type { Unit } from './unit.js';

const SATURATION = 0.6;
/** Longer texts hold more of everything: past this length a word counts for less. */
const LONG_TEXT_WORDS = 100;
const LENGTH_SHARE = 0.5;
/** The date of a row counts like a word in it. */
const DATE_FREQUENCY = 1;

/** The units of a query, and what each of them tells. */
export interface WeightedQuery {
  readonly units: readonly Unit[];
  readonly weights: readonly number[];
  /** In how many rows each unit is. */
  readonly documents: readonly number[];
  readonly totalWeight: number;
  readonly asksWhen: boolean;
}

/** A row that was ranked. */
export interface Ranked<Row> {
  readonly row: Row;
  /** 1 or more where every word of the query is in it. */
  readonly score: number;
  /** What each unit counts for. */
  readonly frequencies: Float64Array;
  /** What the score is the sum of. */
  readonly parts: Readonly<Record<string, number>>;
}

/** The frequencies in a text, and one for each unit that is a word of its date. */
export function withDate(frequencies: Float64Array, timestamp: string, units: readonly Unit[]): Float64Array {
  const stems = dateStems(timestamp);
  return frequencies.map((frequency, index) => {
    const unit = units[index];
    return unit?.form === 'word' && stems.includes(unit.stem) ? frequency + DATE_FREQUENCY : frequency;
  });
}

/** The share of the weights of a query that a text holds; what it holds again counts for less and less. */
export function textScore(query: WeightedQuery, frequencies: Float64Array, words: number): number {
  const long = LENGTH_SHARE * Math.max(0, words / LONG_TEXT_WORDS - 1);
  const sum = saturatedSum(query.weights, frequencies, SATURATION, SATURATION * (1 + long));
  return sum / query.totalWeight;
}

/** @param saturation the frequency that counts for half of the most, where it is the same as `half`. */
export function saturatedSum(
  weights: readonly number[],
  frequencies: Float64Array,
  saturation: number,
  half = saturation,
): number {
  let sum = 0;
  for (let unit = 0; unit < weights.length; unit++) {
    const frequency = frequencies[unit] ?? 0;
    if (frequency > 0) sum += ((weights[unit] ?? 0) * frequency * (saturation + 1)) / (frequency + half);
  }
  return sum;
}

export function scoreOf(parts: Readonly<Record<string, number>>): number {
  const sum = Object.values(parts).reduce((total, part) => total + part, 0);
  return Math.round(sum * 1e6) / 1e6;
}

/** A row and its analysis. */
export interface Analysed<Row> {
  readonly row: Row;
  readonly analysis: Analysis;
}
