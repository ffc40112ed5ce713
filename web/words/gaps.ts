import type { Gap } from '../api/types.js';

/** A time in which nobody was watching, in milliseconds since 1970. */
export interface Hole {
  readonly since: number;
  readonly until: number;
  /** What was missing: "no snapshots". */
  readonly words: string;
}

const WORDS = {
  snapshots: 'no snapshots',
  'monitor events': 'no events of the monitor',
  anything: 'nothing yet',
};

/** The gaps of one or several pages, in the order of time; those that meet are one. @param whats only of these. */
export function holesOf(gaps: readonly Gap[], whats: readonly Gap['what'][] = KINDS): Hole[] {
  const holes: Hole[] = [];
  const wanted = gaps.filter(({ what }) => whats.includes(what));
  for (const { from, to, what } of wanted.sort((one, other) => (one.from < other.from ? -1 : 1))) {
    const hole = { since: Date.parse(from), until: Date.parse(to), words: WORDS[what] };
    const last = holes.at(-1);
    if (!last || hole.since > last.until) holes.push(hole);
    else holes.splice(-1, 1, joined(last, hole));
  }
  return holes;
}

const KINDS = ['snapshots', 'monitor events', 'anything'] as const;

function joined(one: Hole, other: Hole): Hole {
  const isKnown = one.words.includes(other.words);
  return {
    since: one.since,
    until: Math.max(one.until, other.until),
    words: isKnown ? one.words : `${one.words}, ${other.words}`,
  };
}

/** The moment itself, or the nearer edge of the gap that it is in. */
export function outOfHoles(at: number, holes: readonly Hole[]): number {
  const hole = holes.find(({ since, until }) => since < at && at < until);
  if (!hole) return at;
  return at - hole.since <= hole.until - at ? hole.since : hole.until;
}
