/** The end of a sentence, with the quote or bracket that closes it, or of a line. */
const SENTENCE_END = /[.!?…][)\]"'”’]*(?=\s)|[。！？]|(?=\n)/g;

/**
 * A text of at most so many characters: where it is longer, it ends with a sentence, if one ends in its second half, else
 * with a word, and with an ellipsis.
 */
export function shorten(text: string, max: number): string {
  if (text.length <= max) return text;
  const room = text.slice(0, Math.max(0, max - 2));
  const end = lastSentenceEnd(room) ?? lastWordEnd(room) ?? wholeCharacters(room);
  return `${room.slice(0, end).trimEnd()} …`;
}

function lastSentenceEnd(text: string): number | undefined {
  let end: number | undefined;
  for (const match of text.matchAll(SENTENCE_END)) end = match.index + match[0].length;
  return end !== undefined && end >= text.length / 2 ? end : undefined;
}

function lastWordEnd(text: string): number | undefined {
  const end = text.search(/\s\S*$/);
  return end >= text.length / 2 ? end : undefined;
}

/** Never half of a character that is a pair of surrogates. */
function wholeCharacters(text: string): number {
  return /[\ud800-\udbff]$/.test(text) ? text.length - 1 : text.length;
}
