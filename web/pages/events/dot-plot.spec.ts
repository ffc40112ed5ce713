import { describe, expect, it } from '@jest/globals';
import { dotPlotOf } from './dot-plot.js';

const at = (text: string): number => new Date(text).getTime();
const NOW = at('2026-11-24T07:42:00');

describe('When something happened, as dots', () => {
  it('shows the hours around all of them, and months over months', () => {
    const plot = dotPlotOf([at('2026-03-20T03:00:00'), at('2026-10-03T03:30:00')], NOW, 3);
    expect(plot.hours.map(({ label }) => label)).toEqual(['00:00', '03:00', '06:00']);
    expect(plot.days.map(({ label }) => label).slice(0, 5)).toEqual(['Apr', 'May', 'Jun', 'Jul', 'Aug']);
    expect(plot.days).toHaveLength(8);
    expect(plot.dots[0]).toMatchObject({ x: 0, y: 0.5 });
    expect(plot.band).toEqual({ y: 0.5, height: 1 / 6 });
  });

  it('shows days over days', () => {
    const plot = dotPlotOf([at('2026-11-21T23:30:00')], NOW, undefined);
    expect(plot.days.map(({ label }) => label)).toEqual(['22 Nov', '23 Nov', '24 Nov']);
    expect(plot.hours.map(({ label }) => label)).toEqual(['20:00', '23:00', '02:00']);
    expect(plot.band).toBeUndefined();
  });

  it('keeps together what happens around midnight', () => {
    const times = ['2026-11-20T23:30:00', '2026-11-21T00:30:00', '2026-11-22T23:10:00'].map(at);
    const plot = dotPlotOf(times, NOW, 23);
    expect(plot.hours.map(({ label }) => label)).toEqual(['21:00', '00:00', '03:00']);
    expect(plot.dots.map(({ y }) => y * 6)).toEqual([2.5, 3.5, expect.closeTo(13 / 6)]);
  });

  it('keeps all within the picture', () => {
    const plot = dotPlotOf([at('2026-11-23T00:10:00'), at('2026-11-23T23:59:00'), NOW], NOW, 0);
    expect(plot.dots.every(({ x, y }) => x >= 0 && x <= 1 && y >= 0 && y <= 1)).toBe(true);
  });
});
