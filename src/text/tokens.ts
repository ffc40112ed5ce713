import { foldWords, isAscii } from './fold.js';

/** The words of a text, folded, in the order in which the text index counts them. */
export function tokensOf(text: string): string[] {
  const folded = foldWords(text);
  return folded.match(isAscii(folded) ? /[a-z0-9]+/g : /[\p{L}\p{N}\p{Co}]+/gu) ?? [];
}
