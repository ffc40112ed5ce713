import type { JSX } from 'preact';
import { now } from '../../state/clock.js';
import type { Span } from '../../state/range.js';
import { outOfHoles, type Hole } from '../../words/gaps.js';
import { clock, exact, when } from '../../words/times.js';
import { percentOf } from './Track.js';
import type { Letter } from './use-moments.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

interface Props {
  readonly letter: Letter;
  readonly isActive: boolean;
  readonly at: number;
  /** Which of the two is the later one: its time stands on the right. */
  readonly isLater: boolean;
  readonly lens: Span;
  readonly holes: readonly Hole[];
  readonly onActive: (letter: Letter) => void;
  readonly onMove: (letter: Letter, to: number) => void;
}

/** A or B on the line: arrows move it a minute, with Shift an hour, over gaps. */
export function Thumb({ letter, isActive, at, isLater, lens, holes, onActive, onMove }: Props): JSX.Element {
  const isAway = at < lens.since || at > lens.until;
  const part = (at - lens.since) / (lens.until - lens.since);
  const isRight = part < 0.08 || (isLater && part < 0.92);
  return (
    <span
      class={`thumb${isAway ? ' away' : ''}${isActive ? ' active' : ''}`}
      style={{ left: percentOf(at, lens) }}
      role="slider"
      tabIndex={0}
      aria-label={letter.toUpperCase()}
      aria-valuemin={lens.since}
      aria-valuemax={lens.until}
      aria-valuenow={at}
      aria-valuetext={exact(at)}
      onFocus={() => {
        onActive(letter);
      }}
      onKeyDown={(event) => {
        const by = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 }[event.key];
        if (by === undefined) return;
        event.preventDefault();
        onMove(letter, beyondHoles(at, by * (event.shiftKey ? HOUR : MINUTE), holes));
      }}
    >
      {letter.toUpperCase()}
      <b class={isRight ? 'right' : 'left'}>
        {lens.until - lens.since > 12 * HOUR ? when(at, now.value) : clock(at)}
      </b>
    </span>
  );
}

/** A step that leads into a gap leads over it. */
function beyondHoles(at: number, by: number, holes: readonly Hole[]): number {
  const to = at + by;
  const hole = holes.find(({ since, until }) => since < to && to < until);
  if (!hole) return to;
  const edge = by > 0 ? hole.until : hole.since;
  return edge === at ? outOfHoles(to, holes) : edge;
}
