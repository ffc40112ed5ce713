import type { JSX } from 'preact';
import { Glyph } from '../../components/Glyph.js';
import type { Severity } from '../../components/severities.js';
import { counted } from '../../words/numbers.js';
import { exact } from '../../words/times.js';
import { dotPlotOf } from './dot-plot.js';

interface Props {
  readonly times: readonly number[];
  /** When the event itself was. */
  readonly self: number;
  readonly severity: Severity;
  readonly usualHour: number | undefined;
}

const TOP = 8;
const HEIGHT = 52;
const LABELS = 18;

/** The days on which it was seen, by the hour of the day; the usual hour is a band. */
export function DotPlot({ times, self, severity, usualHour }: Props): JSX.Element {
  const plot = dotPlotOf([...times, self], self, usualHour);
  const yOf = (part: number): number => TOP + part * HEIGHT;
  const label = `${counted(times.length, 'earlier event')} by day and hour, and this one`;
  return (
    <div class="dot-plot">
      <svg width="44" height={TOP + HEIGHT + LABELS} aria-hidden="true">
        {plot.hours.map((hour) => (
          <text key={hour.label} class="axis-text" x="0" y={yOf(hour.y) + 4}>
            {hour.label}
          </text>
        ))}
      </svg>
      <svg class="chart" width="100%" height={TOP + HEIGHT + LABELS} role="img" aria-label={label}>
        {plot.band && (
          <rect class="brush" x="0" width="100%" y={yOf(plot.band.y)} height={plot.band.height * HEIGHT} />
        )}
        {plot.days.map((day) => (
          <text
            key={day.label}
            class="axis-text"
            x={`${day.x * 100}%`}
            y={TOP + HEIGHT + LABELS - 2}
            text-anchor={day.x < 0.05 ? 'start' : day.x > 0.92 ? 'end' : 'middle'}
          >
            {day.label}
          </text>
        ))}
        {plot.dots.slice(0, -1).map(({ at, x, y }) => (
          <circle key={at} class="dot" cx={`${x * 100}%`} cy={yOf(y)} r="4">
            <title>{exact(at)}</title>
          </circle>
        ))}
        {plot.dots.slice(-1).map(({ at, x, y }) => (
          <svg key={at} x={`${x * 100}%`} y={yOf(y)} class="self">
            <g transform="translate(-6 -6)">
              <Glyph of={severity} size={12} />
            </g>
          </svg>
        ))}
      </svg>
    </div>
  );
}
