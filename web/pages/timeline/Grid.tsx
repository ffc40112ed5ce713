import type { JSX } from 'preact';
import { now } from '../../state/clock.js';
import type { Span } from '../../state/range.js';
import { axisTicks } from '../../words/axis.js';
import { percentOf } from './places.js';

interface Props {
  readonly view: Span;
  readonly height: number;
  readonly hoursHeight: number;
  /** Where one lane ends and the next begins. */
  readonly lines: readonly number[];
}

/** The lanes' borders, and the hours below them. */
export function Grid({ view, height, hoursHeight, lines }: Props): JSX.Element {
  return (
    <>
      {lines.map((y) => (
        <line key={y} class="grid-line" x1="0" x2="100%" y1={y - 0.5} y2={y - 0.5} />
      ))}
      <rect class="hours" x="0" y={height} width="100%" height={hoursHeight} />
      {axisTicks(view.since, view.until, 7, now.peek()).map(({ at, label }, index) => (
        <g key={at} class="hours">
          <line
            class="grid-line faint-line"
            x1={percentOf(at, view)}
            x2={percentOf(at, view)}
            y1="0"
            y2={height}
          />
          <text
            class={index % 2 === 1 ? 'axis-text second' : 'axis-text'}
            x={percentOf(at, view)}
            y={height + 16}
            text-anchor={
              at - view.since < (view.until - view.since) / 30
                ? 'start'
                : view.until - at < (view.until - view.since) / 30
                  ? 'end'
                  : 'middle'
            }
          >
            {label}
          </text>
        </g>
      ))}
    </>
  );
}
