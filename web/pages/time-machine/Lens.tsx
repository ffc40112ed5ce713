import { useMemo, useRef } from 'preact/hooks';
import type { JSX, TargetedPointerEvent } from 'preact';
import type { Span } from '../../state/range.js';
import { outOfHoles } from '../../words/gaps.js';
import { useWidth } from '../../components/use-width.js';
import type { Ticks } from './load.js';
import { Thumb } from './Thumb.js';
import { tickLabels } from './tick-labels.js';
import { percentOf, Track, widthOf } from './Track.js';
import type { Letter, Moments } from './use-moments.js';

const MINUTE = 60_000;

interface Props {
  readonly lens: Span;
  readonly of: Ticks | undefined;
  readonly moments: Moments;
  /** The one that the keys of changes move. */
  readonly active: Letter;
  readonly onActive: (letter: Letter) => void;
}

/** The part of the range that is looked at, with A and B to move in it. */
export function Lens({ lens, of, moments, active, onActive }: Props): JSX.Element {
  const element = useRef<HTMLDivElement>(null);
  const held = useRef<Letter | undefined>(undefined);
  const { a, b } = moments;
  const width = useWidth(element);
  const move = (letter: Letter, to: number): void => {
    moments.move(letter, outOfHoles(to, of?.holes ?? []));
  };
  const timeAt = ({ clientX }: TargetedPointerEvent<HTMLDivElement>): number => {
    const box = element.current?.getBoundingClientRect() ?? new DOMRect();
    const part = Math.min(1, Math.max(0, (clientX - box.left) / Math.max(1, box.width)));
    return Math.round((lens.since + part * (lens.until - lens.since)) / MINUTE) * MINUTE;
  };
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
        <Labels of={of} lens={lens} width={width} />
        <Track span={lens} of={of} base={38} labels={9} />
        <Between a={a} b={b} lens={lens} />
      </svg>
      {(['a', 'b'] as const).map((letter) => (
        <Thumb
          key={letter}
          letter={letter}
          isActive={letter === active}
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

/** What the large changes are. */
function Labels({ of, lens, width }: Pick<Props, 'of' | 'lens'> & { readonly width: number }): JSX.Element {
  const labels = useMemo(() => tickLabels(of?.ticks ?? [], lens, width), [of, lens.since, lens.until, width]);
  return (
    <>
      {labels.map(({ at, text }) => (
        <text key={at} class="tick-label" x={percentOf(at, lens)} y="11" text-anchor="middle">
          {text}
        </text>
      ))}
    </>
  );
}

function Between({ a, b, lens }: { a: number; b: number; lens: Span }): JSX.Element | null {
  const [first, last] = [Math.max(Math.min(a, b), lens.since), Math.min(Math.max(a, b), lens.until)];
  if (first >= last) return null;
  return (
    <rect class="between" x={percentOf(first, lens)} y="38" width={widthOf(first, last, lens)} height="4" />
  );
}
