import type { JSX } from 'preact';
import { addressOf } from '../../state/address.js';
import { now } from '../../state/clock.js';
import type { Span } from '../../state/range.js';
import { rangeOf, when } from '../../words/times.js';
import type { Entry } from './entries.js';
import { mergeMarks, type Merged } from './pack.js';

const MARK = 4;
const NEAR = 1;
const MOST_WIDTH = 24;

interface Props {
  readonly entries: readonly Entry[];
  readonly top: number;
  readonly view: Span;
  readonly width: number;
  readonly onPart: (part: Span) => void;
}

/** Moments in a lane; what would lie over one another is one mark with a number. */
export function LaneMarks({ entries, top, view, width, onPart }: Props): JSX.Element {
  const extentOf = ({ at }: Entry): { from: number; to: number } => {
    const place = ((at - view.since) / (view.until - view.since)) * width;
    return { from: place - MARK / 2, to: place + MARK / 2 };
  };
  const merge = (isProminent: boolean): Merged<Entry>[] =>
    mergeMarks(
      entries.filter((entry) => (entry.isProminent ?? false) === isProminent),
      extentOf,
      NEAR,
      MOST_WIDTH,
    );
  return (
    <>
      {[false, true].flatMap((isProminent) =>
        merge(isProminent).map((merged) => (
          <Mark key={`${isProminent ? '+' : '-'}${merged.from}`} of={merged} top={top} onPart={onPart} />
        )),
      )}
    </>
  );
}

interface MarkProps {
  readonly of: Merged<Entry>;
  readonly top: number;
  readonly onPart: (part: Span) => void;
}

function Mark({ of: { from, to, items }, top, onPart }: MarkProps): JSX.Element | null {
  const [first, last] = [items[0], items.at(-1)];
  if (!first || !last) return null;
  const { lane, isProminent = false } = first;
  const [y, height] = SHAPES[lane](isProminent);
  const shape = (
    <rect
      class={`mark ${lane}${isProminent ? ' prominent' : ''}`}
      x={from}
      y={top + y}
      width={to - from}
      height={height}
      rx="1.5"
    />
  );
  if (items.length === 1)
    return (
      <a href={addressOf(first.page, first.query)} tabIndex={-1} draggable={false}>
        <title>{`${when(first.at, now.peek())} ${first.title}`}</title>
        {shape}
        <rect class="target" x={from - 3} y={top + y - 2} width={to - from + 6} height={height + 4} />
      </a>
    );
  return (
    <g class="many" onClick={() => onPart({ since: first.at, until: last.at + 1000 })}>
      <title>{`${items.length} of them, ${rangeOf(first.at, last.at + 1, now.peek())}`}</title>
      {shape}
      {items.length > 3 && to - from > 14 && (
        <text class="lane-number" x={(from + to) / 2} y={top + y - 2} text-anchor="middle">
          {items.length}
        </text>
      )}
    </g>
  );
}

/** Where in its lane a mark begins, and how high it is. */
const SHAPES: Readonly<Record<Entry['lane'], (isProminent: boolean) => readonly [number, number]>> = {
  problems: () => [0, 0],
  actions: () => [14, 16],
  messages: (isProminent) => (isProminent ? [12, 9] : [24, 9]),
  changes: (isProminent) => (isProminent ? [8, 32] : [16, 24]),
  preferences: () => [17, 10],
};
