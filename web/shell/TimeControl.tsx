import type { JSX } from 'preact';
import { Icon } from '../components/Icon.js';
import { isOnline, lastAnswerAt } from '../state/connection.js';
import { now, serverNow } from '../state/clock.js';
import { chooseInstant, instant, isLive, span } from '../state/range.js';
import { useShortcut } from '../state/shortcuts.js';
import { clock, length, rangeOf, when } from '../words/times.js';
import { RangeChoice } from './RangeChoice.js';
import { Scrubber } from './Scrubber.js';

const STEPS = 48;
const HOUR = 3_600_000;

/** The one time of all pages: how much is shown, and of which instant. */
export function TimeControl(): JSX.Element {
  const step = (span.value.until - span.value.since) / STEPS;
  const move = (by: number) => () => {
    chooseInstant((instant.value ?? serverNow()) + by);
  };
  useShortcut('[', 'One step back in time', move(-step));
  useShortcut(']', 'One step on in time', move(step));
  useShortcut('{', 'An hour back in time', move(-HOUR));
  useShortcut('}', 'An hour on in time', move(HOUR));
  useShortcut('l', 'Back to live', follow);
  return (
    <div class="time-control">
      <RangeChoice />
      <Scrubber />
      <Instant />
    </div>
  );
}

function follow(): void {
  chooseInstant(undefined, 'push');
}

function Instant(): JSX.Element {
  if (isLive.value) {
    return (
      <span class="instant">
        {isOnline.value && <i class="pulse" aria-hidden="true" />}
        {isOnline.value ? 'Live' : 'Last seen'}
        <time>{clock(isOnline.value ? now.value : lastAnswerAt.value)}</time>
      </span>
    );
  }
  return (
    <>
      <span class="instant past">
        <Icon name="clock" />
        <PastTime />
      </span>
      <button type="button" class="button link" title="Back to live (L)" onClick={follow}>
        Back to live
      </button>
    </>
  );
}

/** The instant; where only a range of the past is chosen, that. */
function PastTime(): JSX.Element {
  const at = instant.value;
  if (at === undefined) return <time>{rangeOf(span.value.since, span.value.until, now.value)}</time>;
  return (
    <>
      <time>{when(at, now.value)}</time>
      <span class="muted">{length(now.value - at)} ago</span>
    </>
  );
}
