/** Stands in a template for a value that differs from text to text. JSON has no such character: it would be escaped. */
export const PLACE = '\u0001';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const NUMBER_START = /["\-\d]/g;
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
  for (let at = nextValue(text, 0); at < text.length;) {
    const end = text.charCodeAt(at) === QUOTE ? endOfString(text, at) : endOfNumber(text, at);
    if (text.charCodeAt(at) === QUOTE && isName(text, end)) {
      at = nextValue(text, end);
      continue;
    }
    template += text.slice(kept, at) + PLACE;
    values.push(text.slice(at, end));
    kept = end;
    at = nextValue(text, end);
  }
  return { template: template + text.slice(kept), values };
}

function nextValue(text: string, from: number): number {
  NUMBER_START.lastIndex = from;
  return NUMBER_START.exec(text)?.index ?? text.length;
}

/** The end of a string: its closing quote is the first that is not escaped. */
function endOfString(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); at >= 0; at = text.indexOf('"', at + 1)) {
    let before = at - 1;
    while (text.charCodeAt(before) === BACKSLASH) before--;
    if ((at - before) % 2 === 1) return at + 1;
  }
  return text.length;
}

/** A minus alone is no JSON; it is kept like a value. */
function endOfNumber(text: string, start: number): number {
  NUMBER.lastIndex = start;
  return NUMBER.test(text) ? NUMBER.lastIndex : start + 1;
}

function isName(text: string, end: number): boolean {
  WHITE_SPACE.lastIndex = end;
  WHITE_SPACE.test(text);
  return text.charCodeAt(WHITE_SPACE.lastIndex) === COLON;
}
