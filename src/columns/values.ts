import { endOfNumber, endOfString, nextStringOrNumber } from '../json/scalars.js';

/** Stands in a template for a value that differs from text to text. JSON has no such character: it would be escaped. */
export const PLACE = '\u0001';

const QUOTE = 0x22;
const COLON = 0x3a;
const WHITE_SPACE = /[ \t\r\n]*/y;

/** A text without its values, and the values as they stand in it: numbers, and texts with their quotes. */
export interface Split {
  /** The text with `PLACE` for each value. */
  readonly template: string;
  readonly values: readonly string[];
}

/**
 * Takes the values out of a JSON text by their position; the names of members stay. Nothing is parsed, and any text comes
 * back to the letter where its values are put back, also one that is no JSON.
 */
export function splitValues(text: string): Split {
  const values: string[] = [];
  let template = '';
  let kept = 0;
  for (let at = nextStringOrNumber(text, 0); at < text.length;) {
    const end = text.charCodeAt(at) === QUOTE ? endOfString(text, at) : endOfNumber(text, at);
    if (text.charCodeAt(at) === QUOTE && isName(text, end)) {
      at = nextStringOrNumber(text, end);
      continue;
    }
    template += text.slice(kept, at) + PLACE;
    values.push(text.slice(at, end));
    kept = end;
    at = nextStringOrNumber(text, end);
  }
  return { template: template + text.slice(kept), values };
}

function isName(text: string, end: number): boolean {
  WHITE_SPACE.lastIndex = end;
  WHITE_SPACE.test(text);
  return text.charCodeAt(WHITE_SPACE.lastIndex) === COLON;
}
