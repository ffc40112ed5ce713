import type { JSX } from 'preact';
import { now } from '../state/clock.js';
import { clock, exact, length, moment, when } from '../words/times.js';

const FORMS = {
  /** As short as it is clear. */
  when,
  /** `05:31`, where the day is said beside it. */
  clock,
  /** For the head of a panel. */
  moment,
  /** How long ago. */
  age: (at: number, now: number) => length(now - at),
} as const;

interface Props {
  /** A time of the API, or milliseconds since 1970. */
  readonly at: string | number;
  readonly as?: keyof typeof FORMS;
}

/** A time in the viewer's zone, with the exact one and UTC for who hovers. */
export function Time({ at, as = 'when' }: Props): JSX.Element {
  const moment = typeof at === 'string' ? Date.parse(at) : at;
  return (
    <time dateTime={new Date(moment).toISOString()} title={exact(moment)}>
      {/* What says only the time of day does not change with the clock: thousands of them would be drawn anew. */}
      {as === 'clock' ? clock(moment) : FORMS[as](moment, now.value)}
    </time>
  );
}
