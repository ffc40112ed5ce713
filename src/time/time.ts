import { DateTime } from 'luxon';

/** What callers may give where a moment is wanted: ISO 8601 text or, in-process, a `Date`. */
export type Timestamp = string | Date;

/** How a moment may be written, for error messages and descriptions. */
export const TIMESTAMP_FORMS =
  'ISO 8601 date, or date and time with an offset, or YYYY-MM-DD HH:MM:SS in UTC';

const ONE_FORM = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
/** A day (calendar, week or ordinal date, extended or basic), alone or with a time and its offset. */
const DAY_OR_INSTANT =
  /^\d{4}-?(?:\d{2}-?\d{2}|W\d{2}-?\d|\d{3})(?:T.+(?:Z|[+-](?:[01]\d|2[0-3])(?::?[0-5]\d)?))?$/i;

/** What `datetime('now')` of SQLite gives, in which the first backend kept its moments: UTC, though it does not say so. */
const FIRST_BACKEND = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d+)?)$/;

/** The current moment in canonical form: `2026-11-22T20:15:00.123Z` (UTC, milliseconds). */
export function now(): string {
  return new Date().toISOString();
}

/** A moment in canonical form as it stands in names of files: `2026-11-22T20-15-00-123Z`. */
export function forFileName(moment = now()): string {
  return moment.replace(/[:.]/g, '-');
}

/**
 * Reads a moment and returns it in canonical form.
 * Text is any ISO 8601 instant with an offset; a date, which means its midnight in UTC; or the first backend's form.
 * Digits past the millisecond are cut off.
 * @returns `undefined` where the value is none of these, or lies outside the years 0000 to 9999.
 */
export function canonicalTimestamp(value: unknown): string | undefined {
  if (isInstant(value)) return value;
  const moment = value instanceof Date ? DateTime.fromJSDate(value) : parse(value);
  if (!moment?.isValid) return undefined;
  const text = moment.toUTC().toISO();
  return text !== null && ONE_FORM.test(text) ? text : undefined;
}

/** Whether the value is a moment in canonical form already; a day that does not exist, `Date` moves to another. */
function isInstant(value: unknown): value is string {
  if (typeof value !== 'string' || !ONE_FORM.test(value)) return false;
  const moment = new Date(value);
  return !Number.isNaN(moment.getTime()) && moment.toISOString() === value;
}

function parse(value: unknown): DateTime | undefined {
  if (typeof value !== 'string') return undefined;
  const text = value.replace(FIRST_BACKEND, '$1T$2Z');
  return DAY_OR_INSTANT.test(text) ? DateTime.fromISO(text, { zone: 'utc' }) : undefined;
}
