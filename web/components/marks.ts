/** Where a match begins, and where the text goes on after it, in UTF-16 units. */
export type Match = readonly number[];

/** A part of a text; `isMatch` where it is to be marked. */
export interface Part {
  readonly text: string;
  readonly isMatch: boolean;
}

/** A text in parts, by its matches; what does not fit into it is left out. */
export function partsOf(text: string, matches: readonly Match[]): Part[] {
  const parts: Part[] = [];
  let end = 0;
  for (const [from = 0, to = 0] of [...matches].sort(([a = 0], [b = 0]) => a - b)) {
    if (from < end || to <= from || to > text.length) continue;
    if (from > end) parts.push({ text: text.slice(end, from), isMatch: false });
    parts.push({ text: text.slice(from, to), isMatch: true });
    end = to;
  }
  if (end < text.length || parts.length === 0) parts.push({ text: text.slice(end), isMatch: false });
  return parts;
}

const BEFORE_A_MATCH = 20;

/** A text from a few words before its first match on, where that would not be seen in so many characters. */
export function nearMatch(
  text: string,
  matches: readonly Match[],
  seen: number,
): { text: string; matches: readonly Match[] } {
  const first = Math.min(...matches.map(([from = 0]) => from));
  if (matches.length === 0 || first < seen) return { text, matches };
  const cut = text.indexOf(' ', first - BEFORE_A_MATCH) + 1;
  if (cut === 0 || cut > first) return { text, matches };
  return {
    text: `…${text.slice(cut)}`,
    matches: matches.map((ends) => ends.map((place) => place - cut + 1)),
  };
}

/** Where a query is in a text, whatever its case. */
export function matchesOf(text: string, query: string): Match[] {
  if (query === '') return [];
  const matches: Match[] = [];
  const [where, what] = [text.toLowerCase(), query.toLowerCase()];
  // A few letters change their length with their case; then nothing can be said of places.
  if (where.length !== text.length) return [];
  for (let at = where.indexOf(what); at >= 0; at = where.indexOf(what, at + what.length))
    matches.push([at, at + what.length]);
  return matches;
}
