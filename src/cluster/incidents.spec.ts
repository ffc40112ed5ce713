import { describe, expect, it } from '@jest/globals';
import { INCIDENTS, monthMinute } from '../../test/support/incidents.js';
import { summarize } from './compare-states.js';

function between(from: number, to: number): string[] {
  const lines = summarize(JSON.stringify(monthMinute(from)), JSON.stringify(monthMinute(to)));
  return lines.map(({ kind, subject }) => `${kind} ${subject}`);
}

describe('The summary around an incident', () => {
  it.each(INCIDENTS)('names it and nothing else: $name', ({ from, until, begins, ends }) => {
    expect(between(from - 1, from)).toEqual(begins);
    expect(between(from - 60, from + 5)).toEqual(begins);
    if (until !== undefined) expect(between(until - 1, until + 30)).toEqual(ends);
  });

  it('is empty in a quiet hour', () => {
    for (let minute = 500; minute < 1800; minute += 100)
      expect(between(minute + 100, minute + 160)).toEqual([]);
  });
});
