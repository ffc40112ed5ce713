import { describe, expect, it } from '@jest/globals';
import { seriesOf, type Storage } from './storage-series.js';

const kind = (name: 'event' | 'snapshot' | 'message', bytes: number, ...bytesPerDay: number[]) => ({
  kind: name,
  bytes,
  bytesPerDay: [...bytesPerDay, 0, 0],
});

const storage = (growth: Storage['growth']): Storage =>
  ({
    measuredAt: '2026-11-24T00:00:00.000Z',
    totalBytes: 1000,
    kinds: [kind('event', 500, 100, 50), kind('snapshot', 300, 30, 30), kind('message', 100, 0, 20)],
    growth,
  }) as unknown as Storage;

describe('seriesOf', () => {
  it('piles up the kinds, each without what came since', () => {
    const { times, events, snapshots, messages, total } = seriesOf(storage(null));

    expect(times).toHaveLength(3);
    expect(events).toEqual([350, 400, 500]);
    expect(snapshots).toEqual([590, 670, 800]);
    expect(messages).toEqual([670, 770, 900]);
    expect(total).toEqual([770, 870, 1000]);
  });

  it('goes on twice as far as it is known, in a range', () => {
    const { times, total, expected, least, most } = seriesOf(
      storage({ bytesPerDay: 100, low: -10, high: 200, days: 2 }),
    );

    expect(times).toHaveLength(7);
    expect(total.slice(3)).toEqual([null, null, null, null]);
    expect(expected.slice(0, 4)).toEqual([null, null, 1000, 1100]);
    expect(least.at(-1)).toBe(1000);
    expect(most.at(-1)).toBe(1800);
  });

  it('forecasts nothing where nothing grows', () => {
    const { times, expected } = seriesOf(storage({ bytesPerDay: 0, low: 0, high: 0, days: 2 }));

    expect(times).toHaveLength(3);
    expect(expected.every((value) => value === null)).toBe(true);
  });
});
