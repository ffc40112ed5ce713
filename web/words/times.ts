const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const formats = new Map<string, Intl.DateTimeFormat>();

function format(at: number, options: Intl.DateTimeFormatOptions): string {
  const key = JSON.stringify(options);
  const known = formats.get(key) ?? new Intl.DateTimeFormat('en-GB', options);
  formats.set(key, known);
  return known.format(at);
}

const CLOCK = { hour: '2-digit', minute: '2-digit' } as const;

/** `05:31`, in the zone of the viewer. */
export function clock(at: number): string {
  return format(at, CLOCK);
}

/** `05:31:07`. */
export function clockWithSeconds(at: number): string {
  return format(at, { ...CLOCK, second: '2-digit' });
}

/** `Mon 23:05`. */
export function weekdayClock(at: number): string {
  return `${format(at, { weekday: 'short' })} ${clock(at)}`;
}

/** `14 Oct`. */
export function day(at: number): string {
  return format(at, { day: 'numeric', month: 'short' });
}

/** `Oct`. */
export function monthName(at: number): string {
  return format(at, { month: 'short' });
}

/** The beginning of the day of a moment, for the viewer. */
export function dayOf(at: number): number {
  return new Date(at).setHours(0, 0, 0, 0);
}

/** `Tuesday 24 November`, with the year where it is another. */
export function dayName(at: number, now: number): string {
  return format(at, { weekday: 'long', day: 'numeric', month: 'long', ...yearIfOther(at, now) }).replace(
    ',',
    '',
  );
}

/** A moment as short as it is clear: `05:31` today, `Mon 23:05` in the last week, `14 Oct`, `14 Oct 2025`. */
export function when(at: number, now: number): string {
  if (dayOf(at) === dayOf(now)) return clock(at);
  if (Math.abs(now - at) < 6 * DAY) return weekdayClock(at);
  return format(at, { day: 'numeric', month: 'short', ...yearIfOther(at, now) });
}

/** When something began, roughly: `05:31`, `Mon 23:05`, `14 Oct`, `March`, `March 2025`. */
export function sinceWhen(at: number, now: number): string {
  if (now - at < 45 * DAY) return when(at, now);
  return format(at, { month: 'long', ...yearIfOther(at, now) });
}

/** `Tue 24 Nov, 05:31:07`: a moment for the head of a panel. */
export function moment(at: number, now: number): string {
  const day = format(at, { weekday: 'short', day: 'numeric', month: 'short', ...yearIfOther(at, now) });
  return `${day.replace(',', '')}, ${clockWithSeconds(at)}`;
}

/** The whole truth, for who hovers: local time with its zone, and UTC. */
export function exact(at: number): string {
  const local = format(at, { dateStyle: 'full', timeStyle: 'long' });
  return `${local} (${new Date(at).toISOString().replace('T', ' ').replace('Z', ' UTC')})`;
}

/** A length of time in at most two units: `2 h 11 min`, `3 days`, `40 s`. */
export function length(milliseconds: number): string {
  if (milliseconds < MINUTE) return `${Math.max(0, Math.round(milliseconds / 1000))} s`;
  if (milliseconds < HOUR) return `${Math.floor(milliseconds / MINUTE)} min`;
  if (milliseconds < DAY)
    return join(Math.floor(milliseconds / HOUR), 'h', Math.floor((milliseconds % HOUR) / MINUTE), 'min');
  const days = Math.floor(milliseconds / DAY);
  const named = days === 1 ? '1 day' : `${days} days`;
  const hours = Math.floor((milliseconds % DAY) / HOUR);
  return days < 3 && hours > 0 ? `${named} ${hours} h` : named;
}

/** How long a range is, as its button says it: `24 h`. */
export function rangeLength({ since, until }: { readonly since: number; readonly until: number }): string {
  return until - since === DAY ? '24 h' : length(until - since);
}

/** `02:00 to 08:00`, with the days where the span reaches into another; `Fri 14:42 to now` where it ends with this minute. */
export function rangeOf(since: number, until: number, now: number): string {
  if (0 <= until - now && until - now <= MINUTE) return `${when(since, now)} to now`;
  const isOneDay = dayOf(since) === dayOf(until - 1);
  return isOneDay && dayOf(since) === dayOf(now)
    ? `${clock(since)} to ${clock(until)}`
    : `${when(since, now)} to ${isOneDay ? clock(until) : when(until, now)}`;
}

function join(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
}

function yearIfOther(at: number, now: number): Intl.DateTimeFormatOptions {
  return new Date(at).getFullYear() === new Date(now).getFullYear() ? {} : { year: 'numeric' };
}
