import { setImmediate as nextTurn } from 'node:timers/promises';

/** How much is read or written between two turns of the event loop: about a millisecond of work. */
export const PART_SIZE = 262_144;

/** Splits a text into parts; none ends within a surrogate pair. */
export function* partsOf(text: string, size = PART_SIZE): Generator<string> {
  for (let from = 0; from < text.length;) {
    const last = text.charCodeAt(from + size - 1);
    const to = from + (last >= 0xd800 && last <= 0xdbff ? size - 1 : size);
    yield text.slice(from, to);
    from = to;
  }
}

/** The UTF-8 of a text in parts, with a turn of the event loop after each. */
export async function encodedParts(text: string): Promise<Buffer[]> {
  const parts: Buffer[] = [];
  for (const part of partsOf(text)) {
    parts.push(Buffer.from(part));
    await nextTurn();
  }
  return parts;
}
