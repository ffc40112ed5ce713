import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { count } from '../words/numbers.js';
import type { Span } from '../state/range.js';
import { useShortcut } from '../state/shortcuts.js';
import { Glyph } from './Glyph.js';
import { layoutOf, placeOf, type Bar } from './histogram-layout.js';
import { ticksOf } from './histogram-ticks.js';
import { useBrush } from './use-brush.js';
import './histogram.css';

interface Props {
  readonly bars: readonly Bar[];
  readonly span: Span;
  /** When nobody was watching. */
  readonly gaps?: readonly Span[];
  /** What it shows, for who hears it. */
  readonly label: string;
  /** Of the plot, in pixels. */
  readonly height?: number;
  readonly ticks?: number;
  /** The part that is chosen; without `onBrush` none can be. */
  readonly brush?: Span | undefined;
  readonly onBrush?: (brush: Span | undefined) => void;
  readonly onZoom?: () => void;
}

const AXIS_HEIGHT = 18;
const percent = (part: number): string => `${Math.round(part * 1000) / 1000}%`;

/** Stacked bars by severity over time. A part is chosen by the pointer, or by the arrows. */
export function Histogram(props: Props): JSX.Element {
  const { bars, span, gaps = [], height = 94, onBrush, onZoom } = props;
  const { svg, brush, ...handlers } = useBrush(bars, span, props.brush, onBrush);
  useShortcut('z', 'Zoom in on what is chosen', props.brush ? onZoom : undefined);
  return (
    <div
      class={onBrush ? 'histogram brushable' : 'histogram'}
      {...(onBrush
        ? { role: 'group', 'aria-label': `${props.label}. Arrows choose a part.`, tabIndex: 0 }
        : {})}
      {...(onBrush ? handlers : {})}
    >
      <svg
        ref={svg}
        class="chart"
        width="100%"
        height={height + AXIS_HEIGHT}
        role="img"
        aria-label={props.label}
      >
        {brush && <rect class="brush" {...extent(brush, span)} y="0" height={height} />}
        {gaps.map((gap) => (
          <rect key={gap.since} class="hatched" {...extent(gap, span)} y="12" height={height - 12}>
            <title>Nobody was watching</title>
          </rect>
        ))}
        <Bars bars={bars} span={span} height={height} />
        <Axis span={span} height={height} ticks={props.ticks ?? 4} />
        {brush &&
          [brush.since, brush.until].map((at) => (
            <line
              key={at}
              class="brush-edge"
              x1={percent(placeOf(at, span))}
              x2={percent(placeOf(at, span))}
              y1="0"
              y2={height}
            />
          ))}
      </svg>
    </div>
  );
}

function Bars({ bars, span, height }: { bars: readonly Bar[]; span: Span; height: number }): JSX.Element {
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
          x={percent(x)}
          width={percent(width)}
          y={y}
          height={tall}
        />
      ))}
      {glyphs.map(({ severity, x, y }) => (
        <svg key={x} x={percent(x)} y={y} class="glyph-place">
          <g transform="translate(-6 0)">
            <Glyph of={severity} size={12} />
          </g>
        </svg>
      ))}
      {lines.map(({ value, y }) => (
        <text key={value} class="axis-text" x="0" y={y - 4}>
          {count(value)}
        </text>
      ))}
    </>
  );
}

function Axis({ span, height, ticks }: { span: Span; height: number; ticks: number }): JSX.Element {
  return (
    <>
      <line class="axis-line" x1="0" x2="100%" y1={height + 0.5} y2={height + 0.5} />
      {ticksOf(span, ticks).map(({ at, label }) => {
        const place = placeOf(at, span);
        const anchor = place < 4 ? 'start' : place > 96 ? 'end' : 'middle';
        return (
          <text key={at} class="axis-text" x={percent(place)} y={height + 14} text-anchor={anchor}>
            {label}
          </text>
        );
      })}
    </>
  );
}

function extent({ since, until }: Span, span: Span): { x: string; width: string } {
  const [from, to] = [placeOf(since, span), placeOf(until, span)];
  return { x: percent(from), width: percent(to - from) };
}
