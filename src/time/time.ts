import { DateTime } from 'luxon';

/** A timestamp as callers may pass it: ISO 8601 text or, in-process, a `Date`. */
export type Timestamp = string | Date;

/** The accepted forms of a timestamp, for error messages and descriptions. */
export const TIMESTAMP_FORMS =
  'ISO 8601 date, or date and time with an offset, or YYYY-MM-DD HH:MM:SS in UTC';

const CANONICAL_FORM = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
/** A day (calendar, week or ordinal date, extended or basic), alone or with a time and its offset. */
const DAY_OR_INSTANT =
  /^\d{4}-?(?:\d{2}-?\d{2}|W\d{2}-?\d|\d{3})(?:T.+(?:Z|[+-](?:[01]\d|2[0-3])(?::?[0-5]\d)?))?$/i;

/** The result of SQLite's `datetime('now')`, the form of the first backend: UTC without an offset. */
const FIRST_BACKEND_FORM = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d+)?)$/;

/** The current time in canonical form: `2026-11-22T20:15:00.123Z` (UTC, milliseconds). */
export function now(): string {
  return new Date().toISOString();
}

/** A canonical timestamp in a form for file names: `2026-11-22T20-15-00-123Z`. */
export function fileNameTimestamp(moment = now()): string {
  return moment.replace(/[:.]/g, '-');
}

/**
 * Parses a timestamp to its canonical form. Text is any ISO 8601 instant with an offset; a date, which means its
 * midnight in UTC; or the first backend's form. Digits past the millisecond are cut off.
 * @returns `undefined` where the value is none of these, or lies outside the years 0000 to 9999.
 */
export function canonicalTimestamp(value: unknown): string | undefined {
  if (isCanonical(value)) return value;
  const moment = value instanceof Date ? value : parse(value)?.toJSDate();
  if (!moment || Number.isNaN(moment.getTime())) return undefined;
  const text = moment.toISOString();
  return CANONICAL_FORM.test(text) ? text : undefined;
}

/**
 * Whether the value is a canonical timestamp already. `Date` moves a day that does not exist to another, which the
 * comparison detects.
 */
function isCanonical(value: unknown): value is string {
  if (typeof value !== 'string' || !CANONICAL_FORM.test(value)) return false;
  const moment = new Date(value);
  return !Number.isNaN(moment.getTime()) && moment.toISOString() === value;
}

function parse(value: unknown): DateTime | undefined {
  if (typeof value !== 'string') return undefined;
  const text = value.replace(FIRST_BACKEND_FORM, '$1T$2Z');
  return DAY_OR_INSTANT.test(text) ? DateTime.fromISO(text, { zone: 'utc' }) : undefined;
}
