import { describe, expect, it } from '@jest/globals';
import { axisTicks } from './axis.js';

const at = (text: string): number => new Date(text).getTime();
const labels = (since: string, until: string, most: number): string[] =>
  axisTicks(at(since), at(until), most, at('2026-11-24T12:00')).map(({ label }) => label);

describe('the ticks of an axis', () => {
  it('stand at round times, the first with its day where that is another', () => {
    expect(labels('2026-11-23T20:00', '2026-11-24T08:00', 6)).toEqual(
      'Mon 20:00,22:00,00:00,02:00,04:00,06:00,08:00'.split(','),
    );
    expect(labels('2026-11-24T03:02', '2026-11-24T03:17', 5)).toEqual(['03:05', '03:10', '03:15']);
  });

  it('stand at as many as there is room for', () => {
    expect(labels('2026-11-23T07:42:00', '2026-11-24T07:42:00', 4)).toEqual([
      'Mon 12:00',
      '18:00',
      '00:00',
      '06:00',
    ]);
    expect(labels('2026-11-01T00:00:00', '2026-11-15T00:00:00', 4)).toEqual(['1 Nov', '8 Nov', '15 Nov']);
    expect(labels('2026-11-24T07:28:00', '2026-11-24T07:43:00', 4)).toEqual(['07:30', '07:35', '07:40']);
  });

  it('are days where the span is long, and never more than asked for, but the one at the edge', () => {
    expect(labels('2026-11-17T08:00', '2026-11-24T08:00', 7)).toEqual(
      ['18', '19', '20', '21', '22', '23', '24'].map((day) => `${day} Nov`),
    );
    for (const days of [0.01, 0.3, 1, 3, 30, 400, 4000]) {
      const ticks = axisTicks(0, days * 86_400_000, 8, 0);
      expect(ticks.length).toBeLessThanOrEqual(9);
      expect(ticks.length).toBeGreaterThan(1);
    }
  });
});
