import { describe, expect, it } from '@jest/globals';
import { Analyser } from './analyser.js';
import { parseQuery } from './parse-query.js';
import { NEAR_TIE, rankEvents } from './rank-events.js';
import type { EventRow } from './rows.js';
import type { WeightedQuery } from './scoring.js';

const NOW = '2026-11-22T20:15:00.000Z';

function anEvent(parts: Partial<EventRow>): EventRow {
  return {
    id: 1,
    timestamp: NOW,
    type: 'alert',
    severity: 'info',
    source: 'monitor',
    node: 'pve1',
    summary: '',
    text: '',
    ...parts,
  };
}

/** Scores by text, of words that all tell the same. */
function rank(q: string, ...events: Partial<EventRow>[]): { id: number; text: number; score: number }[] {
  const { units, asksWhen } = parseQuery(q);
  const analyser = new Analyser(units);
  const query: WeightedQuery = {
    units,
    weights: units.map(() => 1),
    documents: units.map(() => 1),
    totalWeight: units.length,
    asksWhen,
  };
  const rows = events.map((event, index) => anEvent({ id: index + 1, ...event }));
  return rankEvents(
    rows.map((row) => ({ row, analysis: analyser.analyse(row.text) })),
    query,
    NOW,
  )
    .map(({ row, score, parts }) => ({ id: row.id, text: parts['text'] ?? 0, score }))
    .sort((one, other) => other.score - one.score);
}

describe('Of two events', () => {
  it('that hold the same, the worse is first, then the newer', () => {
    const text = 'backup of vm failed';
    const ranked = rank(
      'backup failed',
      { text, timestamp: '2026-10-01T00:00:00.000Z' },
      { text },
      { text, severity: 'critical', timestamp: '2020-01-01T00:00:00.000Z' },
    );
    expect(ranked.map(({ id }) => id)).toEqual([3, 2, 1]);
  });

  it('one that is clearly better is first, however harmless and old it is', () => {
    const words = 'backup of the large database to tape failed';
    for (const more of ['', ' backup', ' backup backup tape', ' backup tape database large failed']) {
      const [best, other] = rank(
        'backup large database tape failed',
        { text: `${words}${more}`, timestamp: '2000-01-01T00:00:00.000Z' },
        { text: words.replace('tape', 'disk'), severity: 'critical' },
      );
      expect(best!.text - other!.text).toBeGreaterThan(NEAR_TIE);
      expect(best!.id).toBe(1);
    }
  });

  it('one that is better by less than what clearly means may be second', () => {
    const ranked = rank(
      'backup failed',
      { text: `backup failed ${'word '.repeat(120)}`, severity: 'critical' },
      { text: 'backup failed', timestamp: '2000-01-01T00:00:00.000Z' },
    );
    const [best, other] = ranked;
    expect(other!.text - best!.text).toBeGreaterThan(0);
    expect(other!.text - best!.text).toBeLessThan(NEAR_TIE + 0.03);
  });

  it('one that holds nothing of the query is no result', () => {
    expect(rank('backup', { text: 'the fan is loud', severity: 'critical' })).toEqual([]);
  });
});
