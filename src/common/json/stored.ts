import { setImmediate as nextTurn } from 'node:timers/promises';
import { JsonText } from './json-text.js';
import { PART, partsOf } from './parts.js';
import { JsonScanner } from './scanner.js';
import { JsonFault } from './tokens.js';
import { parseStored, type JsonContainer } from './values.js';

/** What a JSON column holds; a row of the first backend may hold a text that is no JSON. */
export type StoredObject = JsonContainer | string;
export type StoredText = JsonText | string;

/** How stored JSON is answered. */
export interface JsonForm<Json> {
  /** What was just checked. */
  checked(document: JsonText): Json;
  stored(text: string): Json;
  /** The same for what may be large. */
  storedLarge(text: string): Json | Promise<Json>;
}

/** As objects and arrays, for callers in the same process. */
export const AS_OBJECTS: JsonForm<StoredObject> = {
  checked: (document) => document.parse(),
  stored: parseStored,
  storedLarge: parseStored,
};

/** To the letter, for `writeJson`: nothing is parsed. */
export const AS_TEXT: JsonForm<StoredText> = {
  checked: (document) => document,
  stored: storedText,
  storedLarge: storedTextInSlices,
};

const CONTAINER = /^[ \t\n\r]*[[{]/;

/** The document that a stored text is; the text itself where it is none. */
export function storedText(text: string): StoredText {
  if (!CONTAINER.test(text)) return text;
  try {
    new JsonScanner(Buffer.from(text)).advance(Infinity);
    return new JsonText(text);
  } catch (error) {
    if (error instanceof JsonFault) return text;
    throw error;
  }
}

/** The same, with turns of the event loop in between where there is much. */
export async function storedTextInSlices(text: string): Promise<StoredText> {
  if (text.length <= PART || !CONTAINER.test(text)) return storedText(text);
  const bytes = Buffer.allocUnsafe(Buffer.byteLength(text));
  let written = 0;
  for (const part of partsOf(text)) {
    written += bytes.write(part, written);
    await nextTurn();
  }
  try {
    const scanner = new JsonScanner(bytes);
    while (!scanner.advance(PART)) await nextTurn();
    return new JsonText(text);
  } catch (error) {
    if (error instanceof JsonFault) return text;
    throw error;
  }
}
