const UNITS = [
  [365, 'year'],
  [30, 'month'],
  [7, 'week'],
  [1, 'day'],
] as const;

/** Further away nobody knows. */
const MOST_DAYS = 3650;

/** When something is full: a range, never a date. @param latest null where it may never be. */
export function lasting(earliest: number, latest: number | null): string {
  if (earliest >= MOST_DAYS) return 'more than 10 years';
  if (earliest < 1 && latest !== null && latest < 1) return 'less than a day';
  if (latest === null || latest >= MOST_DAYS) return `more than ${inUnits(earliest, unitOf(earliest))}`;
  const unit = unitOf(Math.max(earliest, Math.min(latest, earliest * 3)));
  const [from, to] = [earliest, latest].map((days) => Math.round(days / unit[0]));
  return from === to ? `about ${inUnits(latest, unit)}` : `${from ?? 0} to ${inUnits(latest, unit)}`;
}

type Unit = (typeof UNITS)[number];

/** The largest of which there are two or more. */
function unitOf(days: number): Unit {
  return UNITS.find(([length]) => days >= 2 * length) ?? UNITS[3];
}

function inUnits(days: number, [length, name]: Unit): string {
  const count = Math.max(1, Math.round(days / length));
  return `${count} ${name}${count === 1 ? '' : 's'}`;
}
