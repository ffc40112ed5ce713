import { useRef, useState } from 'preact/hooks';
import { useResource, type Resource } from '../../api/resource.js';
import { useAgain } from '../../api/use-again.js';
import { versionOf } from '../../state/live.js';
import { now } from '../../state/clock.js';
import { shownEnd, span, type Span } from '../../state/range.js';
import { spanWith } from '../../state/span-with.js';
import { changeBeside, lensFor } from './lens.js';
import { countSnapshots, loadState, loadTicks, type State, type Ticks } from './load.js';
import { useMoments, useSettled, type Letter, type Moments } from './use-moments.js';

export interface TimeMachineData {
  readonly moments: Moments;
  /** The range, with the instant in it. */
  readonly shown: Span;
  readonly ticks: Resource<Ticks>;
  readonly states: Readonly<Record<Letter, Resource<State>>>;
  /** How many snapshots there are: none, one, or two and more. */
  readonly stored: number | undefined;
  readonly step: (letter: Letter, side: 'before' | 'after') => void;
}

/** What the page shows, as A, B and the range are. While the time is live, B follows the newest snapshot. */
export function useTimeMachine(): TimeMachineData {
  const isFollowing = shownEnd.value === now.value;
  const live = versionOf('snapshots').value;
  const version = isFollowing ? live : 0;
  const stored = useResource(countSnapshots, [live]);
  const shown = spanWith(span.value, shownEnd.value);
  const ticks = useResource((signal) => loadTicks(shown, signal), [shown.since, shown.until, version]);
  useAgain(ticks, ticks.data.value?.isPartial === true);
  const times = ticks.data.value?.ticks.map(({ at }) => at) ?? [];
  const moments = useMoments(changeBeside(times, shownEnd.value, 'before'));
  const { a, b, isLive } = moments;
  const [settledA, settledB] = [useSettled(a), useSettled(b)];
  const shownB = isLive ? undefined : settledB;
  return {
    moments,
    shown,
    ticks,
    states: {
      a: useResource((signal) => loadState(settledA, signal), [settledA]),
      b: useResource((signal) => loadState(shownB, signal), [shownB, isLive ? version : 0]),
    },
    stored: stored.data.value,
    step: (letter, side) => {
      const at = changeBeside(times, moments[letter], side);
      if (at !== undefined) moments.move(letter, at);
    },
  };
}

/** The part that the lens shows: it follows A and B where they leave it, and the hand that moves it. */
export function useLens({ a, b, isLive }: Moments, shown: Span): [Span, (lens: Span) => void] {
  const lens = useRef(shown);
  const [, render] = useState(0);
  const key = `${a} ${isLive || b}`;
  const known = useRef('');
  if (known.current !== key)
    lens.current = lensFor(known.current === '' ? undefined : lens.current, a, b, shown);
  known.current = key;
  return [
    lens.current,
    (next) => {
      lens.current = next;
      render((times) => times + 1);
    },
  ];
}
