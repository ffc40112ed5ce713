import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import type { Span } from '../state/range.js';
import { count } from '../words/numbers.js';
import { Glyph } from './Glyph.js';
import { layoutOf, percentOf, type Bar } from './histogram-layout.js';

interface Props {
  readonly bars: readonly Bar[];
  readonly span: Span;
  readonly height: number;
}

/** The bars with their glyphs, and lines to read them by. */
export function HistogramBars({ bars, span, height }: Props): JSX.Element {
  const { segments, glyphs, lines } = useMemo(
    () => layoutOf(bars, span, height),
    [bars, span.since, span.until, height],
  );
  return (
    <>
      {lines.map(({ value, y }) => (
        <line key={value} class="grid-line" x1="0" x2="100%" y1={y} y2={y} />
      ))}
      {segments.map(({ severity, x, width, y, height: tall }) => (
        <rect
          key={`${severity}${x}`}
          class={`fill-${severity}`}
          x={percentOf(x)}
          width={percentOf(width)}
          y={y}
          height={tall}
        />
      ))}
      {glyphs.map(({ severity, x, y }) => (
        <svg key={x} x={percentOf(x)} y={y} class="glyph-place">
          <g transform="translate(-6 0)">
            <Glyph of={severity} size={12} />
          </g>
        </svg>
      ))}
      {lines
        .filter(({ isLabelled }) => isLabelled)
        .map(({ value, y }) => (
          <text key={value} class="axis-text" x="0" y={y - 4}>
            {count(value)}
          </text>
        ))}
    </>
  );
}
