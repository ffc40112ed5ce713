import { useRef } from 'preact/hooks';
import type { JSX, TargetedPointerEvent } from 'preact';
import { now } from '../../state/clock.js';
import type { Span } from '../../state/range.js';
import { rangeOf } from '../../words/times.js';
import { lensAt } from './lens.js';
import type { Ticks } from './load.js';
import { percentOf, Track, widthOf } from './Track.js';

interface Props {
  readonly span: Span;
  readonly lens: Span;
  readonly of: Ticks | undefined;
  readonly onLens: (lens: Span) => void;
}

/** The whole range, with the part of it that the lens shows. */
export function Overview({ span, lens, of, onLens }: Props): JSX.Element {
  const element = useRef<HTMLDivElement>(null);
  const drag = ({ clientX, buttons }: TargetedPointerEvent<HTMLDivElement>): void => {
    const box = element.current?.getBoundingClientRect();
    if (!box || buttons !== 1) return;
    const middle = span.since + ((clientX - box.left) / box.width) * (span.until - span.since);
    onLens(lensAt(middle, lens, span));
  };
  const middle = (lens.since + lens.until) / 2;
  return (
    <div
      ref={element}
      class="overview"
      role="slider"
      tabIndex={0}
      aria-label="Part of the range that is shown below"
      aria-valuemin={span.since}
      aria-valuemax={span.until}
      aria-valuenow={middle}
      aria-valuetext={rangeOf(lens.since, lens.until, now.value)}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        drag(event);
      }}
      onPointerMove={drag}
      onKeyDown={(event) => {
        const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
        if (by === undefined) return;
        event.preventDefault();
        onLens(lensAt(middle + (by * (lens.until - lens.since)) / 4, lens, span));
      }}
    >
      <svg class="chart" width="100%" height="44" aria-hidden="true">
        <Track span={span} of={of} base={18} labels={6} />
        <rect
          class="brush"
          x={percentOf(lens.since, span)}
          y="0"
          width={widthOf(Math.max(lens.since, span.since), Math.min(lens.until, span.until), span)}
          height="24"
        />
        {[lens.since, lens.until].map((at) => (
          <line
            key={at}
            class="brush-edge"
            x1={percentOf(at, span)}
            x2={percentOf(at, span)}
            y1="0"
            y2="24"
          />
        ))}
      </svg>
    </div>
  );
}
