import { printable } from '../../text/printable.js';
import { SOURCE_KINDS } from './context.types.js';

/** What looks like the source of a line, or like a token that ends a prompt. */
const FALSE_SOURCE = new RegExp(`\\[(?=\\s*(?:${SOURCE_KINDS.join('|')})\\b)`, 'gi');
const SPECIAL_TOKEN = /<(?=\|)/g;

/**
 * Stored text as it may stand in a line: it is one line, so that nothing in it begins a line, and it names no source and no
 * special token of a model.
 */
export function quote(text: string): string {
  return printable(
    text
      .replace(/\p{Surrogate}/gu, '\ufffd')
      .replace(/\s+/g, ' ')
      .trim(),
  )
    .replace(FALSE_SOURCE, '(')
    .replace(SPECIAL_TOKEN, '< ');
}

/** A name for the fence that is in none of the texts: none of them can close it. The same texts give the same name. */
export function fenceFor(texts: readonly string[]): string {
  const all = texts.join('\n').normalize('NFKC').toLowerCase();
  let number = 1;
  while (all.includes(`memory-${number}`)) number++;
  return `memory-${number}`;
}

/** A moment as it stands in a line. */
export function minuteOf(timestamp: string): string {
  return timestamp.slice(0, 16).replace('T', ' ');
}
