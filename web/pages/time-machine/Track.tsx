import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { now } from '../../state/clock.js';
import type { Span } from '../../state/range.js';
import { axisTicks } from '../../words/axis.js';
import { rangeOf } from '../../words/times.js';
import type { Ticks } from './load.js';

interface Props {
  readonly span: Span;
  readonly of: Ticks | undefined;
  /** Where the line is, in pixels from the top. */
  readonly base: number;
  readonly labels: number;
}

const TICK = 9;
const TALL_TICK = 15;
const PLACES = 600;

export function percentOf(at: number, { since, until }: Span): string {
  const part = Math.min(1, Math.max(0, (at - since) / Math.max(1, until - since)));
  return `${Math.round(part * 100_000) / 1000}%`;
}

/** A line of time: where something changed, where nobody was watching, and the hours. */
export function Track({ span, of, base, labels }: Props): JSX.Element {
  const ticks = useMemo(() => placed(of, span), [of, span.since, span.until]);
  return (
    <>
      <rect class="well" x="0" y={base} width="100%" height="4" rx="2" />
      {of?.holes
        .filter(({ since, until }) => until > span.since && since < span.until)
        .map(({ since, until, words }) => (
          <rect
            key={since}
            class="hatched"
            x={percentOf(since, span)}
            y={base - TALL_TICK}
            width={widthOf(Math.max(since, span.since), Math.min(until, span.until), span)}
            height={TALL_TICK + 10}
          >
            <title>{`${words}, ${rangeOf(since, until, now.peek())}`}</title>
          </rect>
        ))}
      {ticks.map(({ at, isLarge }) => (
        <line
          key={at}
          class={isLarge ? 'change-tick large' : 'change-tick'}
          x1={percentOf(at, span)}
          x2={percentOf(at, span)}
          y1={base - 2 - (isLarge ? TALL_TICK : TICK)}
          y2={base - 2}
        />
      ))}
      {axisTicks(span.since, span.until, labels, now.peek()).map(({ at, label }, index) => (
        <text
          key={at}
          class={index % 2 === 1 ? 'axis-text second' : 'axis-text'}
          x={percentOf(at, span)}
          y={base + 24}
          text-anchor={anchorOf(at, span)}
        >
          {label}
        </text>
      ))}
    </>
  );
}

export function widthOf(since: number, until: number, span: Span): string {
  return `${Math.max(0, ((until - since) / Math.max(1, span.until - span.since)) * 100)}%`;
}

function anchorOf(at: number, { since, until }: Span): 'start' | 'middle' | 'end' {
  const part = (at - since) / (until - since);
  return part < 0.04 ? 'start' : part > 0.96 ? 'end' : 'middle';
}

/** One tick a place: the large one where there are several. */
function placed(of: Ticks | undefined, span: Span): { at: number; isLarge: boolean }[] {
  const byPlace = new Map<number, { at: number; isLarge: boolean }>();
  for (const { at, isLarge } of of?.ticks ?? []) {
    if (at < span.since || at > span.until) continue;
    const place = Math.round(((at - span.since) / (span.until - span.since)) * PLACES);
    if (!byPlace.get(place)?.isLarge) byPlace.set(place, { at, isLarge });
  }
  return [...byPlace.values()];
}
