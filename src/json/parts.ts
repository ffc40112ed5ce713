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

/** The UTF-8 of a text in parts; each is encoded when it is asked for, or is there already. */
export function* utf8PartsOf(text: string | Buffer): Generator<Buffer> {
  if (typeof text === 'string') for (const part of partsOf(text)) yield Buffer.from(part);
  else for (let from = 0; from < text.length; from += PART_SIZE) yield text.subarray(from, from + PART_SIZE);
}

/** The UTF-8 of a text in parts, with a turn of the event loop after each. */
export async function encodedParts(text: string): Promise<Buffer[]> {
  const parts: Buffer[] = [];
  for (const part of utf8PartsOf(text)) {
    parts.push(part);
    await nextTurn();
  }
  return parts;
}
