import { DateTime } from 'luxon';

/** What callers may give where a moment is wanted: ISO 8601 text or, in-process, a `Date`. */
export type Moment = string | Date;

const ONE_FORM = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
/** A day (calendar, week or ordinal date, extended or basic), alone or with a time and its offset. */
const DAY_OR_INSTANT =
  /^\d{4}-?(?:\d{2}-?\d{2}|W\d{2}-?\d|\d{3})(?:T.+(?:Z|[+-](?:[01]\d|2[0-3])(?::?[0-5]\d)?))?$/i;

/** The current moment in the one form of time: `2026-11-22T20:15:00.123Z` (UTC, milliseconds). */
export function now(): string {
  return new Date().toISOString();
}

/** A moment in the one form as it stands in names of files: `2026-11-22T20-15-00-123Z`. */
export function inFileName(moment = now()): string {
  return moment.replace(/[:.]/g, '-');
}

/**
 * Reads a moment and returns it in the one form.
 * Text is any ISO 8601 instant with an offset, or a date, which means its midnight in UTC.
 * Digits past the millisecond are cut off.
 * @returns `undefined` where the value is neither, or lies outside the years 0000 to 9999.
 */
export function toInstant(value: unknown): string | undefined {
  if (isInstant(value)) return value;
  const moment = value instanceof Date ? DateTime.fromJSDate(value) : parse(value);
  if (!moment?.isValid) return undefined;
  const text = moment.toUTC().toISO();
  return text !== null && ONE_FORM.test(text) ? text : undefined;
}

/** Whether the value is a moment in the one form already; a day that does not exist, `Date` moves to another. */
function isInstant(value: unknown): value is string {
  if (typeof value !== 'string' || !ONE_FORM.test(value)) return false;
  const moment = new Date(value);
  return !Number.isNaN(moment.getTime()) && moment.toISOString() === value;
}

function parse(value: unknown): DateTime | undefined {
  if (typeof value !== 'string' || !DAY_OR_INSTANT.test(value)) return undefined;
  return DateTime.fromISO(value, { zone: 'utc' });
}
