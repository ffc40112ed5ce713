/**
 * What a terminal obeys instead of showing it: control characters (C0 but tab and line feed, DEL, C1), separators that
 * break a line, and what overrides the direction in which text is read.
 */
// eslint-disable-next-line no-control-regex
const OBEYED = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

/** A text as a terminal may show it: names of files, fields and tables come from elsewhere, and may hold anything. */
export function printable(text: string): string {
  return text.replace(OBEYED, '?');
}

/** JSON text as a terminal may show it: the same characters as escapes, so that it means the same. */
export function printableJson(text: string): string {
  return text.replace(OBEYED, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
