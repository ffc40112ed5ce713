const DAY_MS = 86_400_000;

/** What earlier looks at the clock have told. */
export interface KnownTime {
  /** The latest time that is believed. */
  readonly believed: string;
  /** A clock that is ahead of it, or behind, by more than a day: since when it says so, and what it said last. */
  readonly doubted?: { readonly since: string; readonly last: string } | undefined;
}

/**
 * Looks at the clock, which is done several times a day while a service runs. A clock that goes on by more than a day
 * from one look to the next was set wrong, or right again, or the machine was off: that is believed when the clock has gone
 * on from there for a day in steps of at most one. Until then nothing is older than it was.
 */
export function lookAtClock(known: KnownTime | null, now: string): KnownTime {
  if (!known || daysBetween(known.believed, now) <= 1) return { believed: now };
  const { believed, doubted } = known;
  if (!doubted || now < doubted.last || daysBetween(doubted.last, now) > 1)
    return { believed, doubted: { since: now, last: now } };
  if (daysBetween(doubted.since, now) >= 1) return { believed: now };
  return { believed, doubted: { since: doubted.since, last: now } };
}

/** The moment that ages are counted from. */
export function timeOfRules({ believed, doubted }: KnownTime): string {
  return doubted && doubted.last < believed ? doubted.last : believed;
}

function daysBetween(one: string, other: string): number {
  return Math.abs(Date.parse(other) - Date.parse(one)) / DAY_MS;
}
