import type uPlot from 'uplot';
import { size } from '../../words/numbers.js';

const DAY = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });

/** How the plot of storage looks, in the colours of the theme. */
export function plotOptions(): Omit<uPlot.Options, 'width' | 'height'> {
  const colour = (name: string): string =>
    getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const font = `11px ${colour('--font')}`;
  const area = (name: string): uPlot.Series => ({
    fill: colour(name),
    stroke: colour('--canvas'),
    width: 0.5,
    points: { show: false },
  });
  const line = (stroke: string, dash?: number[]): uPlot.Series => ({
    stroke,
    width: dash ? 1.5 : 0,
    ...(dash && { dash }),
    points: { show: false },
  });
  const axis = { stroke: colour('--faint'), font, ticks: { show: false } };
  return {
    legend: { show: false },
    cursor: { show: false },
    padding: [12, 0, 0, 0],
    scales: { y: { range: (_plot, _least, most) => [0, Math.max(1, most) * 1.08] } },
    series: [
      {},
      area('--kind-4'),
      area('--kind-3'),
      area('--kind-2'),
      area('--kind-1'),
      line('transparent'),
      line(colour('--accent'), [4, 3]),
      line('transparent'),
    ],
    bands: [{ series: [5, 7], fill: colour('--band') }],
    axes: [
      {
        ...axis,
        grid: { show: false },
        space: 72,
        // A day is the shortest step: it has no hours.
        incrs: [1, 2, 5, 7, 14].map((days) => days * 86_400),
        size: 24,
        values: (_plot, at) => at.map((second) => DAY.format(second * 1000)),
      },
      {
        ...axis,
        size: 56,
        grid: { stroke: colour('--line'), width: 1 },
        values: (_plot, at) => at.map((bytes) => size(bytes)),
      },
    ],
  };
}
