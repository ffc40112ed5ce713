import type { JSX } from 'preact';
import { Glyph } from '../../components/Glyph.js';
import { SEVERITIES } from '../../components/severities.js';
import { addressOf } from '../../state/address.js';
import { now } from '../../state/clock.js';
import type { Span } from '../../state/range.js';
import { exact } from '../../words/times.js';
import type { Bar } from './entries.js';
import { packBars, type Packed } from './pack.js';

const ROW = 23;
const MOST_ROWS = 6;
/** A glyph at the beginning, a check at the end. */
const ENDS = 9;
const LEAST_WIDTH = 18;
const LEAST_LABEL = 60;
const CHARACTER = 6.4;

type Layout = ReturnType<typeof packBars<Bar>>;

/** The worst get their rows first; those for which there is no row are counted. */
export function layoutBars(bars: readonly Bar[], view: Span, width: number): Layout {
  const shown = bars.filter(({ since, until }) => since < view.until && (until ?? Infinity) >= view.since);
  const sorted = shown.sort(
    (one, other) =>
      SEVERITIES.indexOf(one.severity) - SEVERITIES.indexOf(other.severity) || one.since - other.since,
  );
  return packBars(
    sorted,
    (bar) => {
      const { from, to } = pixels(bar, view, width);
      return { from: from - ENDS, to: Math.max(to, from + LEAST_WIDTH) + ENDS };
    },
    MOST_ROWS,
    width,
  );
}

function pixels({ since, until }: Bar, view: Span, width: number): { from: number; to: number } {
  const place = (at: number): number => ((at - view.since) / (view.until - view.since)) * width;
  const end = Math.min(until ?? now.peek(), view.until);
  return { from: Math.max(-ENDS, place(since)), to: Math.max(place(since), place(end)) };
}

/** Problems from their opening to their fixing. */
export function ProblemBars({ of, view, width }: { of: Layout; view: Span; width: number }): JSX.Element {
  return (
    <>
      {of.packed.map((packed) => (
        <ProblemBar key={packed.item.key} of={packed} view={view} width={width} />
      ))}
      {of.merged.map(({ from, to, items }) => {
        const y = (of.rows - 1) * ROW + 20;
        return (
          <g key={from}>
            <line class="bar merged" x1={Math.max(0, from)} x2={Math.min(width, to)} y1={y} y2={y} />
            <text class="lane-label" x={Math.max(2, from)} y={y - 5}>
              {items.length} more
            </text>
          </g>
        );
      })}
    </>
  );
}

function ProblemBar({ of, view, width }: { of: Packed<Bar>; view: Span; width: number }): JSX.Element {
  const { item: bar, row, room } = of;
  const { from, to } = pixels(bar, view, width);
  const y = row * ROW + 20;
  const begins = bar.since >= view.since;
  const label = Math.min(room, width - from) - 24;
  return (
    <a href={addressOf('events', { id: String(bar.id) })} tabIndex={-1} draggable={false}>
      <title>{`${bar.title}, ${exact(bar.since)}`}</title>
      <line
        class={`bar ${bar.severity}${bar.until === undefined ? ' open' : ''}`}
        x1={from}
        x2={to}
        y1={y}
        y2={y}
      />
      <rect
        class="target"
        x={from - ENDS}
        y={y - 16}
        width={Math.max(to - from, LEAST_WIDTH) + 2 * ENDS}
        height="22"
      />
      {begins && (
        <svg x={from - 7} y={y - 7} overflow="visible">
          <Glyph of={bar.severity} />
        </svg>
      )}
      {label >= LEAST_LABEL && (
        <text class="lane-label" x={Math.max(2, from + 10)} y={y - 6}>
          {cut(bar.title, Math.floor(label / CHARACTER))}
        </text>
      )}
      {bar.until !== undefined && bar.until <= view.until && (
        <svg x={Math.max(to, from + 14) - 6} y={y - 6} overflow="visible">
          <circle class="check-ground" cx="6" cy="6" r="7" />
          <Glyph of="fixed" size={12} />
        </svg>
      )}
    </a>
  );
}

function cut(text: string, most: number): string {
  const short = text.slice(0, 80);
  return short.length <= most ? short : `${short.slice(0, Math.max(1, most - 1))}…`;
}
