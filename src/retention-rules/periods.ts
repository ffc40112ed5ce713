import { DateTime, IANAZone } from 'luxon';

/** The calendar periods of a moment, each by a name that only it has. */
export interface Periods {
  readonly hour: string;
  readonly day: string;
  /** The ISO week: from Monday to Sunday, of the year that has its Thursday. */
  readonly week: string;
  readonly month: string;
  readonly year: string;
}

/** Offsets of time zones are whole quarters of an hour, so that the moments of a quarter have the same periods. */
const QUARTER_MS = 900_000;

/** The periods of moments in a time zone, asked for in order of time: those of a quarter of an hour are made once. */
export function periodsIn(timeZone: string): (timestamp: string) => Periods {
  const zone = IANAZone.create(timeZone);
  if (!zone.isValid) throw new Error(`${timeZone} is no time zone.`);
  let last = Number.NaN;
  let periods: Periods | undefined;
  return (timestamp) => {
    const quarter = Math.floor(Date.parse(timestamp) / QUARTER_MS);
    if (periods === undefined || quarter !== last) {
      periods = periodsOf(DateTime.fromMillis(quarter * QUARTER_MS, { zone }));
      last = quarter;
    }
    return periods;
  };
}

/** The hour that comes twice when the clocks go back is one, as it is for Proxmox. */
function periodsOf({ year, month, day, hour, weekYear, weekNumber }: DateTime): Periods {
  const ofMonth = `${year}-${month}`;
  const ofDay = `${ofMonth}-${day}`;
  return {
    hour: `${ofDay} ${hour}`,
    day: ofDay,
    week: `${weekYear} week ${weekNumber}`,
    month: ofMonth,
    year: String(year),
  };
}
