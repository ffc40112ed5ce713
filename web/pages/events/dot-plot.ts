import { day, dayOf, monthName } from '../../words/times.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

export interface DotPlot {
  /** Parts of the width and the height, 0 to 1. */
  readonly dots: readonly { readonly x: number; readonly y: number; readonly at: number }[];
  readonly hours: readonly { readonly label: string; readonly y: number }[];
  readonly days: readonly { readonly label: string; readonly x: number }[];
  /** The hour in which most were. */
  readonly band: { readonly y: number; readonly height: number } | undefined;
}

const LEAST_HOURS = 6;
const MOST_LABELS = 8;

/**
 * When something happened: the day from left to right, the hour of the day from top to bottom.
 * @param usualHour of the clock of the viewer.
 */
export function dotPlotOf(times: readonly number[], until: number, usualHour: number | undefined): DotPlot {
  const since = Math.min(until - DAY, ...times);
  const [first, last] = hoursAround(times.map(hourOf), usualHour);
  const yOf = (hour: number): number => (onwards(hour, first) - first) / (last - first);
  const xOf = (at: number): number => (at - since) / (until - since);
  const middle = (first + last) / 2;
  return {
    dots: times.map((at) => ({ at, x: xOf(at), y: yOf(hourOf(at)) })),
    hours: [first, middle, last].map((hour) => ({ label: clockOf(hour), y: yOf(hour) })),
    days: labelsOf(since, until).map(({ at, label }) => ({ label, x: xOf(at) })),
    band: usualHour === undefined ? undefined : { y: yOf(usualHour), height: 1 / (last - first) },
  };
}

/**
 * Hours that all are in, an even number of them. They begin after the longest part of the day without any, so that what
 * happens around midnight stays together: hours past it are 24 and more.
 */
function hoursAround(hours: readonly number[], usualHour: number | undefined): [first: number, last: number] {
  const all = usualHour === undefined ? hours : [...hours, usualHour, usualHour + 0.99];
  const sorted = [...all].sort((one, other) => one - other);
  const gaps = sorted.map((hour, index) => hour - (sorted[index - 1] ?? (sorted.at(-1) ?? 0) - 24));
  const begin = sorted[gaps.indexOf(Math.max(...gaps))] ?? 0;
  let [first, last] = [Math.floor(begin), Math.ceil(Math.max(...sorted.map((hour) => onwards(hour, begin))))];
  while (last - first < LEAST_HOURS || (last - first) % 2 === 1) {
    if ((first + last) % 2 === 0 || first === 0) last += 1;
    else first -= 1;
  }
  return [first, last];
}

function onwards(hour: number, begin: number): number {
  return hour < begin ? hour + 24 : hour;
}

function labelsOf(since: number, until: number): { at: number; label: string }[] {
  if (until - since < 62 * DAY) {
    const step = Math.max(1, Math.ceil((until - since) / DAY / (MOST_LABELS - 2)));
    return daysFrom(since, until, step).map((at) => ({ at, label: day(at) }));
  }
  const months = monthsFrom(since, until);
  const step = Math.ceil(months.length / MOST_LABELS);
  return months.filter((_, index) => index % step === 0).map((at) => ({ at, label: monthName(at) }));
}

function daysFrom(since: number, until: number, step: number): number[] {
  const days: number[] = [];
  for (let date = new Date(dayOf(since + DAY)); date.getTime() < until; date.setDate(date.getDate() + step))
    days.push(date.getTime());
  return days;
}

function monthsFrom(since: number, until: number): number[] {
  const first = new Date(since);
  const months: number[] = [];
  for (let month = first.getMonth() + 1; ; month++) {
    const at = new Date(first.getFullYear(), month, 1).getTime();
    if (at >= until) return months;
    months.push(at);
  }
}

function hourOf(at: number): number {
  const date = new Date(at);
  return date.getHours() + date.getMinutes() / 60;
}

function clockOf(hour: number): string {
  return `${String(hour % 24).padStart(2, '0')}:00`;
}
