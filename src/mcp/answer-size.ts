import { JsonText, writeJson } from '../json/index.js';

/**
 * The most bytes of an answer. Tokenizers work on bytes, so that no text has more tokens than bytes: an answer of this size
 * has at most 8000, for every model, and nothing has to be counted.
 */
export const MAX_ANSWER_BYTES = 8000;

/** Room for a cursor and for the names of the members around the items. */
const FRAME_BYTES = 400;

/** Room for what a cut item says about the cut. */
const PART_BYTES = 80;

/** The fields whose texts may be long, in the order in which a cut item shows them. */
const LONG_FIELDS = ['summary', 'content', 'details', 'toolCalls', 'value', 'snapshot'] as const;

/** An item of an answer. */
export type Item = Readonly<Record<string, unknown>>;

/** An item at its place in the whole answer, by which a cursor finds it again. */
export interface PlacedItem {
  readonly place: string;
  readonly item: Item;
}

/** Where an answer goes on: at this character of the long texts of the item at this place. */
export interface Continuation {
  readonly place: string;
  readonly from: number;
}

/** Items that are there already, each at its place. */
export async function* placed(items: readonly Item[], begin = 0): AsyncGenerator<PlacedItem> {
  for (const [index, item] of [...items.entries()].slice(begin)) {
    yield await Promise.resolve({ place: String(index), item });
  }
}

export interface FilledAnswer {
  readonly items: Item[];
  /** Where it goes on; undefined where all is given. */
  readonly next: Continuation | undefined;
}

/**
 * Takes items until an answer is full. One that does not fit alone is cut; its next part is in the next answer.
 * @param items from the place where the answer begins.
 * @param begin where the answer before ended.
 * @param beside what else the answer holds.
 */
export async function fillAnswer(
  items: AsyncIterable<PlacedItem>,
  begin: Continuation | undefined,
  beside: object = {},
): Promise<FilledAnswer> {
  const taken: Item[] = [];
  let room = MAX_ANSWER_BYTES - FRAME_BYTES - bytesOf(beside);
  for await (const { place, item } of items) {
    const from = begin?.place === place ? begin.from : 0;
    const whole = from === 0 && longCharacters(item) <= room ? bytesOf(item) : Infinity;
    if (whole <= room) {
      taken.push(item);
      room -= whole + 1;
    } else if (taken.length > 0) {
      return { items: taken, next: { place, from } };
    } else {
      const { part, next } = cutItem(item, from, room);
      taken.push(part);
      if (next !== undefined) return { items: taken, next: { place, from: next } };
      room -= bytesOf(part) + 1;
    }
  }
  return { items: taken, next: undefined };
}

/** The JSON of an item, or of its first part; `share` is how much of its texts that is. */
export function firstPartOf(item: Item): { text: string; share: number } {
  const characters = longCharacters(item);
  if (characters <= MAX_ANSWER_BYTES) return { text: writeJson(item), share: 1 };
  const { part, next = characters } = cutItem(item, 0, MAX_ANSWER_BYTES);
  return { text: writeJson(part), share: next / characters };
}

/** The end of the longest part from `from` on whose JSON has no more than this many bytes; no character is split. */
export function endOfPart(text: string, from: number, bytes: number): number {
  let left = bytes;
  let at = from;
  while (at < text.length) {
    const code = text.codePointAt(at) ?? 0;
    left -= jsonBytesOf(code);
    if (left < 0) return at;
    at += code > 0xffff ? 2 : 1;
  }
  return at;
}

function afterCharacter(text: string, at: number): number {
  return at + ((text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1);
}

const SHORT_ESCAPES: ReadonlySet<number> = new Set([8, 9, 10, 12, 13, 34, 92]);

/** The bytes of a character in a JSON text. */
function jsonBytesOf(code: number): number {
  if (SHORT_ESCAPES.has(code)) return 2;
  if (code < 0x20 || (code >= 0xd800 && code <= 0xdfff)) return 6;
  if (code < 0x80) return 1;
  if (code < 0x800) return 2;
  return code > 0xffff ? 4 : 3;
}

/** The part of an item from a character of its long texts on, which count as one text. */
function cutItem(item: Item, from: number, room: number): { part: Item; next: number | undefined } {
  const isLong = new Set<string>(LONG_FIELDS);
  const part: Record<string, unknown> = Object.fromEntries(
    Object.entries(item).filter(([name]) => !isLong.has(name)),
  );
  let left = room - bytesOf(part) - PART_BYTES;
  let passed = 0;
  let next: number | undefined;
  let isEmpty = true;
  for (const [field, text] of longTextsOf(item)) {
    const begin = Math.max(from - passed, 0);
    if (begin < text.length && next === undefined) {
      left -= field.length + 6;
      // An answer without room still goes on: with one character.
      const end = Math.max(endOfPart(text, begin, left), isEmpty ? afterCharacter(text, begin) : begin);
      isEmpty = false;
      if (end > begin) part[field] = text.slice(begin, end);
      left -= bytesOf({ text: text.slice(begin, end) });
      if (end < text.length) next = passed + end;
    }
    passed += text.length;
  }
  part['part'] = { from, to: next ?? passed, of: passed };
  return { part, next };
}

function longTextsOf(item: Item): [string, string][] {
  return LONG_FIELDS.flatMap((field) => {
    const value = item[field];
    const text = value instanceof JsonText ? value.text : value;
    return typeof text === 'string' ? [[field, text] as [string, string]] : [];
  });
}

function longCharacters(item: Item): number {
  return longTextsOf(item).reduce((sum, [, text]) => sum + text.length, 0);
}

function bytesOf(value: object): number {
  return Buffer.byteLength(writeJson(value));
}
