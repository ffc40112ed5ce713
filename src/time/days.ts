import { DateTime, IANAZone } from 'luxon';
import { canonicalTimestamp } from './time.js';

/** A span of time: from its beginning (inclusive) to its end (exclusive), in canonical form. */
export interface Span {
  readonly since: string;
  readonly until: string;
}

/** A calendar day of a time zone, or the part of it that lies in a span. */
export interface Day extends Span {
  /** `2026-11-22`. */
  readonly day: string;
}

export const MINUTE_MS = 60_000;
export const DAY_MS = 86_400_000;
const FIRST_MOMENT = '0000-01-01T00:00:00.000Z';
const LAST_MOMENT = '9999-12-31T23:59:59.999Z';

/** Whether the time zone database of this process has a zone of that name. */
export function isTimeZone(name: string): boolean {
  return /^[A-Za-z]/.test(name) && IANAZone.isValidZone(name);
}

/** The first moment of the next day of a time zone. */
export function nextMidnight(moment: string, timeZone: string): string {
  const zone = zoneOf(timeZone);
  const begins = Date.parse(moment);
  return toMoment(nextDay(begins, zone, zone.offset(begins)).begins);
}

/** The same time of day in a time zone, some days earlier. */
export function daysBefore(moment: string, days: number, timeZone: string): string {
  return toMoment(
    DateTime.fromISO(moment, { zone: zoneOf(timeZone) })
      .minus({ days })
      .toMillis(),
  );
}

/** The days of a span in a time zone, in order. @param max no more than these. */
export function daysOf({ since, until }: Span, timeZone: string, max: number): Day[] {
  const zone = zoneOf(timeZone);
  const end = Date.parse(until);
  const days: Day[] = [];
  let begins = Date.parse(since);
  let offset = zone.offset(begins);
  while (begins < end && days.length < max) {
    const next = nextDay(begins, zone, offset);
    const day = toMoment(begins + offset * MINUTE_MS).slice(0, 10);
    days.push({ day, since: toMoment(begins), until: toMoment(Math.min(end, next.begins)) });
    ({ begins, offset } = next);
  }
  return days;
}

/** Luxon keeps each name that it was ever given, so that it gets a zone by one spelling only. */
export function zoneOf(timeZone: string): IANAZone {
  return IANAZone.create(new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone);
}

/**
 * The next day, with the offset of the zone in minutes at its beginning. Most days have 24 hours; to ask luxon for each of
 * them takes ten times as long.
 */
function nextDay(begins: number, zone: IANAZone, offset: number): { begins: number; offset: number } {
  const isMidnight = (begins + offset * MINUTE_MS) % DAY_MS === 0;
  if (isMidnight && zone.offset(begins + DAY_MS) === offset) return { begins: begins + DAY_MS, offset };
  const next = DateTime.fromMillis(begins, { zone }).plus({ days: 1 }).startOf('day');
  return { begins: next.toMillis(), offset: next.offset };
}

/** In canonical form. What lies past the ends of what a timestamp can say is cut there. */
export function toMoment(milliseconds: number): string {
  const inRange = Math.min(Date.parse(LAST_MOMENT), Math.max(Date.parse(FIRST_MOMENT), milliseconds));
  return canonicalTimestamp(new Date(inRange)) ?? LAST_MOMENT;
}
