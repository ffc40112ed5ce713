import { stemmer } from 'stemmer';
import { isAscii } from './fold.js';

/** SQLite leaves longer words as they are; it counts bytes. */
const MAX_STEMMED_BYTES = 64;
const MAX_CACHED_STEMS = 50_000;
/** SQLite takes a doubled y for a doubled consonant here, the package for a vowel. */
const DOUBLED_Y = /yy(?=(?:ed|ing)s?$)/;

const stems = new Map<string, string>();

/** The stem of a folded word by Porter's algorithm, exactly as the tokenizer `porter` of SQLite makes it. */
export function stemOf(word: string): string {
  let stem = stems.get(word);
  if (stem === undefined) {
    stem = isAscii(word) ? stemOfAscii(word) : stemOfBytes(word);
    if (stems.size >= MAX_CACHED_STEMS) stems.clear();
    stems.set(word, stem);
  }
  return stem;
}

function stemOfAscii(word: string): string {
  return word.length > MAX_STEMMED_BYTES ? word : stemmer(word.replace(DOUBLED_Y, 'y'));
}

/** SQLite takes each byte past ASCII for a consonant: so it is written as a letter that has no case. */
function stemOfBytes(word: string): string {
  if (!/[a-z]$/.test(word)) return word;
  const bytes = Buffer.from(word);
  const letters = Array.from(bytes, (byte) => String.fromCharCode(byte < 0x80 ? byte : 0x4e00 + byte));
  const stem = stemOfAscii(letters.join(''));
  return Buffer.from(Array.from(stem, (letter) => letter.charCodeAt(0) & 0xff)).toString();
}
