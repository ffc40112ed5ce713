import type { Schemas } from '../../api/types.js';

const YEAR = 365;
const MONTH = 30.4;
const FAR = 10 * YEAR;

/** How long there is room: `3 to 5 years left`; never one exact date. */
export function daysLeft(until: Schemas['StorageDto']['untilBudget']): string {
  if (!until) return 'not growing';
  const { earliest, days, latest } = until;
  const most = latest ?? days * 2;
  if (earliest >= FAR) return 'more than 10 years left';
  const [unit, length] =
    earliest >= 2 * YEAR ? ['years', YEAR] : earliest >= 60 ? ['months', MONTH] : ['days', 1];
  const low = Math.max(1, Math.floor(earliest / Number(length)));
  const high = Math.ceil(Math.min(most, FAR) / Number(length));
  return high <= low ? `about ${low} ${unit} left` : `${low} to ${high} ${unit} left`;
}
