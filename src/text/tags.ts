import { fold } from './fold.js';

const MAX_TAG = 60;

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

/** The terms of the months of a time span, or `undefined` where it has more than the maximum. */
export function monthTags(since: string, until: string, max: number): string[] | undefined {
  const last = monthNumber(until);
  const first = monthNumber(since);
  if (last - first >= max) return undefined;
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => monthTag(first + index));
}

function monthNumber(timestamp: string): number {
  return Number(timestamp.slice(0, 4)) * 12 + Number(timestamp.slice(5, 7)) - 1;
}

function monthTag(month: number): string {
  const year = String(Math.floor(month / 12)).padStart(4, '0');
  return `xd${year}${String((month % 12) + 1).padStart(2, '0')}`;
}
