import { fold } from './fold.js';

const MAX_TAG = 60;
const DAY_MS = 86_400_000;
/** Longer spans are told by their months. */
const MAX_DAYS = 31;
const MAX_MONTHS = 37;

/**
 * The term that stands for the value of a column: `xnpve01` for the node `pve-01`. Different values may share a term: who
 * filters by it compares the row as well.
 */
export function tagOf(letter: string, value: string): string {
  const letters = fold(value).replace(/[^\p{L}\p{N}]+/gu, '');
  return `x${letter}${[...letters].slice(0, MAX_TAG).join('')}`;
}

/** The terms of the month and of the day of a canonical timestamp. */
export function dateTags(timestamp: string): string[] {
  const [year, month, day] = timestamp.slice(0, 10).split('-');
  return day === undefined ? [] : [`xd${year}${month}`, `xd${year}${month}${day}`];
}

/**
 * The terms of which every row in a time span has one: of its days, or of its months where it is long.
 * @returns `undefined` where they are too many to be of use.
 */
export function spanTags(since: string, until: string): string[] | undefined {
  const days = Math.floor((Date.parse(until) - Date.parse(since.slice(0, 10))) / DAY_MS);
  if (days < 0) return [];
  if (days < MAX_DAYS) {
    return Array.from({ length: days + 1 }, (_, day) =>
      tagOfDay(Date.parse(since.slice(0, 10)) + day * DAY_MS),
    );
  }
  const first = monthNumber(since);
  const months = monthNumber(until) - first + 1;
  return months > MAX_MONTHS
    ? undefined
    : Array.from({ length: months }, (_, index) => tagOfMonth(first + index));
}

/** The beginnings of the terms of all days, months and years after the day of a canonical timestamp. */
export function tagsAfter(timestamp: string): string[] {
  const day = timestamp.slice(0, 10).replaceAll('-', '');
  return Array.from(day).flatMap((digit, at) =>
    Array.from(
      { length: 9 - Number(digit) },
      (_, above) => `xd${day.slice(0, at)}${Number(digit) + above + 1}`,
    ),
  );
}

function tagOfDay(time: number): string {
  return `xd${new Date(time).toISOString().slice(0, 10).replaceAll('-', '')}`;
}

function monthNumber(timestamp: string): number {
  return Number(timestamp.slice(0, 4)) * 12 + Number(timestamp.slice(5, 7)) - 1;
}

function tagOfMonth(month: number): string {
  const year = String(Math.floor(month / 12)).padStart(4, '0');
  return `xd${year}${String((month % 12) + 1).padStart(2, '0')}`;
}
