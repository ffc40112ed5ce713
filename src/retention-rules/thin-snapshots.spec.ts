import { describe, expect, it } from '@jest/globals';
import { LeastValuable } from './least-valuable.js';
import { periodsIn } from './periods.js';
import { Thinning, type SnapshotRow } from './thin-snapshots.js';
import type { SnapshotRule } from './notation.js';

const NOW = '2026-11-22T12:00:00.000Z';

/** One a minute, newest first; the newest has the highest id. */
const minutes = (count: number, changedAt: readonly number[] = []): SnapshotRow[] =>
  Array.from({ length: count }, (_, ago) => ({
    id: count - ago,
    timestamp: new Date(Date.parse(NOW) - ago * 60_000).toISOString(),
    isCompared: true,
    hasChange: changedAt.includes(ago),
    bytes: 500,
  }));

const periodsOf = periodsIn('UTC');
const rule = (last: number, changesMs = 86_400_000): SnapshotRule => ({ keep: { last }, changesMs });
const keptOf = (rows: readonly SnapshotRow[], wanted: SnapshotRule): number[] => {
  const thinning = new Thinning(wanted, NOW);
  return rows.flatMap((row, ago) => (thinning.keeps(row, periodsOf(row.timestamp)) ? [ago] : []));
};
const givenUp = (rows: readonly SnapshotRow[], bytes = Infinity): number[] => {
  const order = new LeastValuable();
  rows.forEach((row, at) => {
    order.add({ ...row, id: at }, periodsOf(row.timestamp));
  });
  return order.take(bytes).map(({ id }) => id);
};

describe('Thinning snapshots', () => {
  it('keeps both sides of a change longer than their neighbours, and not for ever', () => {
    expect(keptOf(minutes(20, [10]), rule(3))).toEqual([0, 1, 2, 10, 11]);
    expect(keptOf(minutes(20, [10]), rule(3, 10 * 60_000))).toEqual([0, 1, 2, 10]);
    expect(keptOf(minutes(20, [10]), rule(3, 0))).toEqual([0, 1, 2]);
  });

  it('keeps what was not compared yet', () => {
    const rows = minutes(6).map((row, ago) => ({ ...row, isCompared: ago !== 4 }));
    expect(keptOf(rows, rule(2))).toEqual([0, 1, 4]);
  });
});

describe('A budget', () => {
  it('gives up the oldest of the densest first, changes at the end, and never the newest', () => {
    const at = (time: string, hasChange = false): SnapshotRow => ({
      ...minutes(1)[0]!,
      timestamp: `${time}:00.000Z`,
      hasChange,
    });
    const rows = [
      at('2026-11-22T12:00'),
      at('2026-11-22T11:30'),
      at('2026-11-22T11:10'),
      at('2026-11-21T09:00', true),
      at('2026-11-21T08:59'),
      at('2026-11-21T08:58'),
      at('2026-11-17T08:00'),
      at('2026-11-14T08:00'),
      at('2026-10-14T08:00'),
    ];
    expect(givenUp(rows)).toEqual([5, 2, 1, 6, 7, 8, 4, 3]);
    expect(givenUp(rows, 501)).toEqual([5, 2]);
  });

  it('gives up nothing that was not compared yet', () => {
    const rows = minutes(3).map((row) => ({ ...row, isCompared: false }));
    expect(givenUp(rows)).toEqual([]);
  });
});
