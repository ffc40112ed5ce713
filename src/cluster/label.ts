import { printable } from '../text/printable.js';

const MAX_CHARACTERS = 64;

/** A stored name as it may stand in a line: of one line and of a bounded length, whatever it holds. */
export function label(name: string): string {
  const line = name.replace(/\s+/g, ' ').trim();
  const cut = line.length > MAX_CHARACTERS ? `${line.slice(0, MAX_CHARACTERS - 1)}…` : line;
  return printable(cut.replace(/\p{Surrogate}/gu, '\ufffd'));
}
