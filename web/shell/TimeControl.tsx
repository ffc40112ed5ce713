import type { JSX } from 'preact';
import { Icon } from '../components/Icon.js';
import { isOnline, lastAnswerAt } from '../state/connection.js';
import { now, serverNow } from '../state/clock.js';
import {
  chooseInstant,
  chooseRange,
  instant,
  isLive,
  moment,
  rangeName,
  RANGES,
  span,
  type RangeName,
} from '../state/range.js';
import { useShortcut } from '../state/shortcuts.js';
import { clock, length, when } from '../words/times.js';
import { CustomRange } from './CustomRange.js';
import { Scrubber } from './Scrubber.js';

const STEPS = 48;
const HOUR = 3_600_000;
const LABELS: Readonly<Record<RangeName, string>> = {
  '15m': '15 min',
  '1h': '1 h',
  '24h': '24 h',
  '7d': '7 d',
};

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
      <div class="segments" role="group" aria-label="Range">
        {(Object.keys(RANGES) as RangeName[]).map((name) => (
          <button
            key={name}
            type="button"
            aria-pressed={rangeName.value === name}
            onClick={() => {
              chooseRange(name);
            }}
          >
            {LABELS[name]}
          </button>
        ))}
        <CustomRange />
      </div>
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
        <time>{when(moment.value, now.value)}</time>
        <span class="muted">{length(now.value - moment.value)} ago</span>
      </span>
      <button type="button" class="button link" title="Back to live (L)" onClick={follow}>
        Back to live
      </button>
    </>
  );
}
