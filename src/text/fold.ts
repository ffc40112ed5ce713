/** Scripts that are written without spaces between words: each of their characters counts as a word. */
const UNSPACED =
  '\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Hangul}' +
  '\\p{Script=Thai}\\p{Script=Lao}\\p{Script=Khmer}\\p{Script=Myanmar}';
const UNSPACED_CHARACTER = new RegExp(`[${UNSPACED}]`, 'u');
const UNSPACED_CHARACTERS = new RegExp(`([${UNSPACED}])`, 'gu');
const BEYOND_ASCII = /[\u0080-\uffff]/;
/**
 * SQLite takes code points that it does not know for letters, so that all that are none become spaces here; and so do the
 * few letters that were marks in its version of Unicode.
 */
const SEPARATORS = /(?:[^\p{L}\p{N}\p{Co}]|[\u19b0-\u19c0\u19c8\u19c9\u1cf2\u1cf3])+/gu;
const LONG_WORD = /[\p{L}\p{N}\p{Co}]{101,}/gu;

export function isAscii(text: string): boolean {
  return !BEYOND_ASCII.test(text);
}

/** Whether it holds a character that is a word by itself. */
export function isUnspaced(text: string): boolean {
  return UNSPACED_CHARACTER.test(text);
}

/** A text in lower case and without diacritics. Hangul is composed again, which NFKD takes apart. */
export function fold(text: string): string {
  if (isAscii(text)) return text.toLowerCase();
  const composed = text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .normalize('NFC');
  return composed.toLowerCase().replace(/ς/g, 'σ');
}

/** A folded text in which spaces are between all words, and nothing else is where it goes beyond ASCII. */
export function foldWords(text: string): string {
  if (isAscii(text)) return text.toLowerCase();
  return fold(text).replace(SEPARATORS, ' ').replace(UNSPACED_CHARACTERS, ' $1 ');
}

/** Cuts runs of letters and digits that are no words, such as encoded data, into words of 100 characters. */
export function cutLongWords(text: string): string {
  return text.replace(LONG_WORD, (run) => run.replace(/.{100}/gu, '$& '));
}
