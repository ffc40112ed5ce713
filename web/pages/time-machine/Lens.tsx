import { useRef } from 'preact/hooks';
import type { JSX, TargetedPointerEvent } from 'preact';
import type { Span } from '../../state/range.js';
import { outOfHoles } from '../../words/gaps.js';
import type { Ticks } from './load.js';
import { Thumb } from './Thumb.js';
import { percentOf, Track, widthOf } from './Track.js';
import type { Letter, Moments } from './use-moments.js';

const MINUTE = 60_000;

interface Props {
  readonly lens: Span;
  readonly of: Ticks | undefined;
  readonly moments: Moments;
  readonly onActive: (letter: Letter) => void;
}

/** The part of the range that is looked at, with A and B to move in it. */
export function Lens({ lens, of, moments, onActive }: Props): JSX.Element {
  const element = useRef<HTMLDivElement>(null);
  const held = useRef<Letter | undefined>(undefined);
  const { a, b } = moments;
  const move = (letter: Letter, to: number): void => {
    moments.move(letter, outOfHoles(to, of?.holes ?? []));
  };
  const timeAt = ({ clientX }: TargetedPointerEvent<HTMLDivElement>): number => {
    const box = element.current?.getBoundingClientRect() ?? new DOMRect();
    const part = Math.min(1, Math.max(0, (clientX - box.left) / Math.max(1, box.width)));
    return Math.round((lens.since + part * (lens.until - lens.since)) / MINUTE) * MINUTE;
  };
  const [first, last] = [Math.max(Math.min(a, b), lens.since), Math.min(Math.max(a, b), lens.until)];
  return (
    <div
      ref={element}
      class="lens"
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        const at = timeAt(event);
        held.current = Math.abs(at - a) < Math.abs(at - b) ? 'a' : 'b';
        onActive(held.current);
        move(held.current, at);
      }}
      onPointerMove={(event) => {
        const letter = held.current;
        if (letter) move(letter, timeAt(event));
      }}
      onPointerUp={() => (held.current = undefined)}
      onPointerCancel={() => (held.current = undefined)}
    >
      <svg class="chart" width="100%" height="70" aria-hidden="true">
        <Track span={lens} of={of} base={38} labels={9} />
        {first < last && (
          <rect
            class="between"
            x={percentOf(first, lens)}
            y="38"
            width={widthOf(first, last, lens)}
            height="4"
          />
        )}
      </svg>
      {(['a', 'b'] as const).map((letter) => (
        <Thumb
          key={letter}
          letter={letter}
          at={moments[letter]}
          isLater={moments[letter] >= moments[letter === 'a' ? 'b' : 'a']}
          lens={lens}
          holes={of?.holes ?? []}
          onActive={onActive}
          onMove={moments.move}
        />
      ))}
    </div>
  );
}
