/**
 * Characters that a terminal interprets instead of showing: control characters (C0 but tab and line feed, DEL, C1),
 * line separators, and overrides of the text direction.
 */
// eslint-disable-next-line no-control-regex
const CONTROL_CHARACTERS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

/** A text that is safe to print: names of files, fields and tables are outside input and may hold any character. */
export function printable(text: string): string {
  return text.replace(CONTROL_CHARACTERS, '?');
}

/** JSON text that is safe to print: these characters are escaped, so that its meaning stays. */
export function printableJson(text: string): string {
  return text.replace(
    CONTROL_CHARACTERS,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
