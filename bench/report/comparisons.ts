import { spread, type Spread } from '../statistics.js';
import type { Figure } from '../types.js';

/** One line of the table: two contenders of a figure, or one alone where there is nothing to divide by. */
export interface Comparison {
  work: string;
  connections: number | undefined;
  unit: string;
  subject: string;
  against: string | undefined;
  value: Spread;
  other: Spread | undefined;
  ratio: Spread | undefined;
  p95: Spread | undefined;
  /** Microseconds of processor time for each request, of the two. */
  processor: Spread | undefined;
  otherProcessor: Spread | undefined;
  valid: boolean;
}

export function compare(figure: Figure): Comparison[] {
  const pairs: [string, string | undefined][] =
    figure.ratios.length > 0 ? figure.ratios : [['ours', undefined]];
  return pairs.map(([subject, against]) => {
    const own = valuesOf(figure, subject);
    const others = against === undefined ? undefined : valuesOf(figure, against);
    return {
      work: figure.name,
      connections: figure.connections,
      unit: figure.unit,
      subject,
      against,
      value: spread(own),
      other: others && spread(others),
      // Round by round: the two of a round ran next to each other.
      ratio: others && spread(own.map((value, round) => value / (others[round] ?? NaN))),
      p95: spreadOf(figure, subject, 'p95'),
      processor: spreadOf(figure, subject, 'processor'),
      otherProcessor: against === undefined ? undefined : spreadOf(figure, against, 'processor'),
      valid: figure.problems.length === 0,
    };
  });
}

function valuesOf(figure: Figure, name: string): number[] {
  return (figure.samples[name] ?? []).map(({ value }) => value);
}

function spreadOf(figure: Figure, name: string, field: 'p95' | 'processor'): Spread | undefined {
  const values = (figure.samples[name] ?? []).map((sample) => sample[field]);
  const known = values.filter((value) => value !== undefined);
  return known.length > 0 ? spread(known) : undefined;
}
