import type { JSX } from 'preact';
import type { Span } from '../state/range.js';
import { useShortcut } from '../state/shortcuts.js';
import { percentOf, placeOf, type Bar } from './histogram-layout.js';
import { HistogramBars } from './HistogramBars.js';
import { now } from '../state/clock.js';
import { axisTicks } from '../words/axis.js';
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
  /** The moment that is shown: what came later is pale. */
  readonly instant?: number | undefined;
}

const AXIS_HEIGHT = 18;

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
        <HistogramBars bars={bars} span={span} height={height} />
        <Later than={props.instant} span={span} height={height} />
        <Axis span={span} height={height} ticks={props.ticks ?? 4} />
        {brush &&
          [brush.since, brush.until].map((at) => (
            <line
              key={at}
              class="brush-edge"
              x1={percentOf(placeOf(at, span))}
              x2={percentOf(placeOf(at, span))}
              y1="0"
              y2={height}
            />
          ))}
      </svg>
    </div>
  );
}

function Axis({ span, height, ticks }: { span: Span; height: number; ticks: number }): JSX.Element {
  return (
    <>
      <line class="axis-line" x1="0" x2="100%" y1={height + 0.5} y2={height + 0.5} />
      {axisTicks(span.since, span.until, ticks, now.peek()).map(({ at, label }) => {
        const place = placeOf(at, span);
        const anchor = place < 8 ? 'start' : place > 94 ? 'end' : 'middle';
        return (
          <text key={at} class="axis-text" x={percentOf(place)} y={height + 14} text-anchor={anchor}>
            {label}
          </text>
        );
      })}
    </>
  );
}

function Later({
  than,
  span,
  height,
}: {
  than: number | undefined;
  span: Span;
  height: number;
}): JSX.Element | null {
  if (than === undefined || than <= span.since || than >= span.until) return null;
  const at = percentOf(placeOf(than, span));
  return (
    <>
      <rect class="later" {...extent({ since: than, until: span.until }, span)} y="0" height={height} />
      <line class="brush-edge" x1={at} x2={at} y1="0" y2={height} />
    </>
  );
}

function extent({ since, until }: Span, span: Span): { x: string; width: string } {
  const [from, to] = [placeOf(since, span), placeOf(until, span)];
  return { x: percentOf(from), width: percentOf(to - from) };
}
