import type { Story } from './story.js';
import { HOUR, MINUTE } from './time.js';

/** How full `local` of pve4 usually is. */
export const PVE4_RESTING_PERCENT = 27.8;
/** What the journal of metrics writes from its first fault on. */
const PERCENT_PER_HOUR = 7.2;
const GROWS_FOR = 9 * HOUR;
const MAX_PERCENT = 98.6;

/** Percent of `local` on pve4 that is in use: at the end of the day it has been filling for hours, and goes on. */
export function pve4DiskPercent({ end, calm }: Story, moment: number): number {
  const hours = (moment - (end - GROWS_FOR)) / HOUR;
  if (calm || hours <= 0) return PVE4_RESTING_PERCENT;
  return Math.min(MAX_PERCENT, PVE4_RESTING_PERCENT + hours * PERCENT_PER_HOUR);
}

/** When so much is in use, to the minute. */
export function whenPve4HasFilled(percent: number, { end }: Story): number {
  const hours = (percent - PVE4_RESTING_PERCENT) / PERCENT_PER_HOUR;
  return Math.ceil((end - GROWS_FOR + hours * HOUR) / MINUTE) * MINUTE;
}
