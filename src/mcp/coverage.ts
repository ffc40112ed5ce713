import type { CoverageDto, GapDto } from '../history/index.js';

/** The longest are named; an answer has to have room for what it is about. */
const MAX_GAPS = 12;

/** What window an answer speaks of, and when nobody was watching, in few words. */
export function shownCoverage({ from, to, gaps, thinned }: CoverageDto): object {
  const longest = new Set([...gaps].sort((one, other) => lengthOf(other) - lengthOf(one)).slice(0, MAX_GAPS));
  const shown = [...longest].sort((one, other) => Date.parse(one.from) - Date.parse(other.from));
  const more = gaps.length - shown.length;
  return {
    from,
    to,
    gaps: shown.map((gap) => `${gap.from} to ${gap.to}: no ${gap.what}`),
    ...(more > 0 && { moreGaps: more }),
    thinned,
  };
}

function lengthOf({ from, to }: GapDto): number {
  return Date.parse(to) - Date.parse(from);
}
