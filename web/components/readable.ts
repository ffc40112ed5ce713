import type { Match } from './marks.js';

interface Found {
  readonly text: string;
  readonly matches: readonly Match[];
}

/** How machines call the call of a tool: a number, or longer than a name is. */
const CALLS: readonly (readonly [RegExp, string])[] = [
  [/\b(?:call|toolu)_(?:\d+|[A-Za-z0-9]{16,})\b"?,?\s*/g, ''],
];
/** What Markdown has beside its words. */
const MARKDOWN: readonly (readonly [RegExp, string])[] = [
  [/!?\[(?=[^\]\n]*\]\()|\]\([^)\s]*\)/g, ''],
  [/\*\*|~~|`+/g, ''],
  [/(?:^|\n)[ \t]*(?:#{1,6}|>|[-*+])[ \t]+/g, ' '],
  [/\s*\|(?:[\s|:-]*\|)?\s*/g, ' · '],
];
/** What JSON has beside names and values. */
const JSON_SIGNS: readonly (readonly [RegExp, string])[] = [
  [/"\s*:\s*[[{"]*/g, ' '],
  [/["\]}]*\s*,\s*["[{]*/g, ', '],
  [/["[\]{}]+/g, ''],
  [/\\[nrt]/g, ' '],
];
const IS_JSON = /"\s*:|^\s*[[{]\s*["{[]/;
const SPACE: readonly (readonly [RegExp, string])[] = [
  [/\s+/g, ' '],
  [/^[ ·,]+|[ ·,]+$/g, ''],
];

/** A part of a message or of details as words in one line, without the signs of Markdown or JSON; matches stay marked. */
export function readable(found: Found): Found {
  const signs = IS_JSON.test(found.text) ? JSON_SIGNS : MARKDOWN;
  return [...CALLS, ...signs, ...SPACE].reduce((now, [pattern, by]) => replaced(now, pattern, by), found);
}

function replaced({ text, matches }: Found, pattern: RegExp, by: string): Found {
  let written = '';
  /** Where each place of the text is in what is written. */
  const places: number[] = [];
  const write = (part: string, as: string): void => {
    for (let index = 0; index < part.length; index++)
      places.push(written.length + Math.min(index, as.length));
    written += as;
  };
  let end = 0;
  for (const { 0: sign, index } of text.matchAll(pattern)) {
    const before = text.slice(end, index);
    write(before, before);
    write(sign, by);
    end = index + sign.length;
  }
  const rest = text.slice(end);
  write(rest, rest);
  places.push(written.length);
  return {
    text: written,
    matches: matches.map((ends) => ends.map((place) => places[place] ?? written.length)),
  };
}
