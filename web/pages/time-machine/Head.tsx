import type { JSX } from 'preact';
import { Icon } from '../../components/Icon.js';
import { PageHead } from '../../components/PageHead.js';
import { now } from '../../state/clock.js';
import { copyLink } from '../../state/link.js';
import { iso, type Span } from '../../state/range.js';
import { useShortcut } from '../../state/shortcuts.js';
import { counted } from '../../words/numbers.js';
import { rangeLength, rangeOf } from '../../words/times.js';
import type { Ticks } from './load.js';
import type { Letter } from './use-moments.js';

interface HeadProps {
  readonly of: Ticks | undefined;
  readonly shown: Span;
  readonly a: number;
  readonly active: Letter;
  readonly onStep: (letter: Letter, side: 'before' | 'after') => void;
  readonly onSwap: () => void;
}

/** The title, what the range holds, and what leads from change to change. */
export function Head({ of, shown, a, active, onStep, onSwap }: HeadProps): JSX.Element {
  const step = (side: 'before' | 'after') => () => onStep(active, side);
  const moves = `Moves ${active.toUpperCase()}, the one that was moved last`;
  const copy = (): void => void copyLink({ a: iso(a) });
  useShortcut('p', 'Previous change', step('before'));
  useShortcut('n', 'Next change', step('after'));
  useShortcut('c', 'Copy link', copy);
  return (
    <PageHead title="Time machine" lead={of && leadOf(of, shown)}>
      <button type="button" class="button" title={moves} onClick={step('before')}>
        <Icon name="left" /> Previous change <kbd>P</kbd>
      </button>
      <button type="button" class="button" title={moves} onClick={step('after')}>
        <Icon name="right" /> Next change <kbd>N</kbd>
      </button>
      <button type="button" class="button" title="Swap A and B (Shift B)" onClick={onSwap}>
        Swap
      </button>
      <button type="button" class="button" onClick={copy}>
        <Icon name="link" /> Copy link <kbd>C</kbd>
      </button>
    </PageHead>
  );
}

function leadOf({ ticks, holes, isCut, isThinned, isPartial }: Ticks, shown: Span): string {
  const found = ticks.length === 0 ? 'No change' : counted(ticks.length, 'change');
  const changes = `${isCut ? 'The newest ' : ''}${found} in ${rangeLength(shown)}${isPartial ? ' so far: snapshots are still being compared' : ''}.`;
  const [hole] = [...holes].sort((one, other) => other.until - other.since - (one.until - one.since));
  const gap = hole
    ? ` ${hole.words.charAt(0).toUpperCase()}${hole.words.slice(1)} from ${rangeOf(hole.since, hole.until, now.peek())}${holes.length > 1 ? `, and ${counted(holes.length - 1, 'more gap')}` : ''}.`
    : '';
  return `${changes}${gap}${isThinned ? ' Older snapshots were thinned by retention.' : ''}`;
}
