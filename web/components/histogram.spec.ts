import { describe, expect, it } from '@jest/globals';
import { brushAfter, snapped } from './histogram-brush.js';
import { barsOf, folded, layoutOf, totalOf, type Bar } from './histogram-layout.js';

const HOUR = 3_600_000;
const bar = (hour: number, counts: Partial<Bar['counts']> = {}): Bar => ({
  since: hour * HOUR,
  until: (hour + 1) * HOUR,
  counts: { critical: 0, error: 0, warning: 0, info: 0, ...counts },
});
const DAY = { since: 0, until: 24 * HOUR };
const DAY_BARS = Array.from({ length: 24 }, (_, hour) => bar(hour, { info: 1 }));

describe('The bars of a histogram', () => {
  it('count by severity what the service counted; what has none of the four is info', () => {
    const answer = {
      groups: [
        { name: 'critical', count: 1 },
        { name: null, count: 2 },
        { name: 'info', count: 3 },
      ],
      buckets: [
        { since: '1970-01-01T00:00:00Z', until: '1970-01-01T01:00:00Z', count: 6, counts: [1, 2, 3] },
      ],
    };
    expect(barsOf(answer)).toEqual([bar(0, { critical: 1, info: 5 })]);
  });

  it('are folded where there are too many, and nothing is lost', () => {
    const fewer = folded(DAY_BARS, 10);
    expect(fewer).toHaveLength(8);
    expect(fewer[0]).toEqual({ since: 0, until: 3 * HOUR, counts: bar(0, { info: 3 }).counts });
    expect(fewer.reduce((sum, one) => sum + totalOf(one), 0)).toBe(24);
  });

  it('stand on the worst, which is seen beside thousands', () => {
    const { segments, glyphs } = layoutOf([bar(0, { critical: 1, info: 5000 })], DAY, 94);
    expect(segments.map(({ severity }) => severity)).toEqual(['critical', 'info']);
    expect(segments[0]?.y).toBe(90);
    expect(segments.every(({ y, height }) => y >= 0 && y + height <= 94)).toBe(true);
    expect(glyphs).toMatchObject([{ severity: 'critical' }]);
  });

  it('have a glyph each, but none covers another', () => {
    const bars = [0, 1, 2].map((index) => ({
      ...bar(0, { error: 1 }),
      since: index * 9,
      until: index * 9 + 9,
    }));
    expect(layoutOf(bars, { since: 0, until: 2000 }, 94).glyphs).toHaveLength(1);
  });

  it.each([
    [14, [6, 12]],
    [22, [10, 20]],
    [1, [1]],
    [0, []],
    [970, [400, 800]],
  ])('of at most %d have lines at %j', (most, lines) => {
    expect(layoutOf([bar(0, { info: most })], DAY, 94).lines.map(({ value }) => value)).toEqual(lines);
  });
});

describe('A line to read by', () => {
  const labelled = (first: Partial<Bar['counts']>): number[] =>
    layoutOf([bar(0, first), bar(12, { info: 40 })], DAY, 94)
      .lines.filter(({ isLabelled }) => isLabelled)
      .map(({ value }) => value);

  it('has its number where the first bar does not stand before it, nor its glyph', () => {
    expect(labelled({ info: 5 })).toEqual([20, 40]);
    expect(labelled({ info: 25 })).toEqual([40]);
    expect(labelled({ error: 15 })).toEqual([40]);
  });
});

describe('The brush', () => {
  it('covers whole bars, whichever way it is dragged', () => {
    expect(snapped(4.2 * HOUR, 2.5 * HOUR, DAY_BARS)).toEqual({ since: 2 * HOUR, until: 5 * HOUR });
    expect(snapped(4.2 * HOUR, 4.2 * HOUR, DAY_BARS)).toEqual({ since: 4 * HOUR, until: 5 * HOUR });
    expect(snapped(0, 1, [])).toBeUndefined();
  });

  const press = (key: string, brush?: { since: number; until: number }, shiftKey = false): unknown =>
    brushAfter({ key, shiftKey }, brush, DAY_BARS);
  const brush = { since: 2 * HOUR, until: 4 * HOUR };

  it('moves by a bar, and grows by its end', () => {
    expect(press('ArrowRight', brush)).toEqual({ since: 3 * HOUR, until: 5 * HOUR });
    expect(press('ArrowLeft', brush)).toEqual({ since: HOUR, until: 3 * HOUR });
    expect(press('ArrowRight', brush, true)).toEqual({ since: 2 * HOUR, until: 5 * HOUR });
    expect(press('ArrowLeft', { since: 0, until: HOUR })).toBe('same');
    expect(press('ArrowLeft', { since: 0, until: HOUR }, true)).toBe('same');
  });

  it('begins at an end of the chart, and Escape clears it', () => {
    expect(press('ArrowLeft')).toEqual({ since: 23 * HOUR, until: 24 * HOUR });
    expect(press('ArrowRight')).toEqual({ since: 0, until: HOUR });
    expect(press('Escape', brush)).toBeUndefined();
    expect(press('Escape')).toBe('same');
    expect(press('x', brush)).toBe('same');
  });
});
