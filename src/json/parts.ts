/** How much is read or written before the event loop turns: a millisecond of work, or little more. */
export const PART = 262_144;

/** A text, part by part; none ends within a character. */
export function* partsOf(text: string, size = PART): Generator<string> {
  for (let from = 0; from < text.length;) {
    const last = text.charCodeAt(from + size - 1);
    const to = from + (last >= 0xd800 && last <= 0xdbff ? size - 1 : size);
    yield text.slice(from, to);
    from = to;
  }
}
