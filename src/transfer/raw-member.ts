/**
 * The text of a member of a JSON object, to the letter: `JSON.parse` keeps neither the digits of a large number nor
 * the place of a name such as `"101"`.
 * @param text JSON text of an object; it has been parsed, so it is known to be well-formed.
 * @returns the text of the last member of that name, as `JSON.parse` takes the last; `undefined` where there is none.
 */
export function rawMember(text: string, name: string): string | undefined {
  let found: string | undefined;
  let at = pastSpace(text, pastSpace(text, 0) + 1);
  while (text[at] !== '}') {
    const nameEnd = pastString(text, at);
    const isWanted = JSON.parse(text.slice(at, nameEnd)) === name;
    const colon = pastSpace(text, nameEnd);
    const from = pastSpace(text, colon + 1);
    const to = pastValue(text, from);
    if (isWanted) found = text.slice(from, to);
    at = pastSpace(text, to);
    if (text[at] === ',') at = pastSpace(text, at + 1);
  }
  return found;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const STRUCTURE = /["[\]{}]/g;
const SCALAR = /[^\s,\]}]*/y;
const SPACE = /[ \t\n\r]*/y;

function pastSpace(text: string, at: number): number {
  SPACE.lastIndex = at;
  SPACE.test(text);
  return SPACE.lastIndex;
}

/** @param at where its opening quote is. */
function pastString(text: string, at: number): number {
  let end = at;
  do end = text.indexOf('"', end + 1);
  while (isEscaped(text, end));
  return end + 1;
}

/** A character is escaped by an odd number of backslashes before it. */
function isEscaped(text: string, at: number): boolean {
  let first = at;
  while (text.charCodeAt(first - 1) === BACKSLASH) first--;
  return (at - first) % 2 === 1;
}

function pastValue(text: string, at: number): number {
  if (text.charCodeAt(at) === QUOTE) return pastString(text, at);
  if (text[at] === '{' || text[at] === '[') return pastContainer(text, at);
  SCALAR.lastIndex = at;
  SCALAR.test(text);
  return SCALAR.lastIndex;
}

function pastContainer(text: string, at: number): number {
  let depth = 0;
  let next = at;
  do {
    STRUCTURE.lastIndex = next;
    const found = STRUCTURE.exec(text)?.[0];
    next = STRUCTURE.lastIndex;
    if (found === '"') next = pastString(text, next - 1);
    else depth += found === '{' || found === '[' ? 1 : -1;
  } while (depth > 0);
  return next;
}
