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
  /** Where the text is large, other work has its turn in between. */
  stored(text: string): Json | Promise<Json>;
}

/** As objects and arrays, for callers in the same process. */
export const AS_OBJECTS: JsonForm<StoredObject> = {
  checked: (document) => document.parse(),
  stored: parseStored,
};

/** To the letter, for `writeJson`: nothing is parsed. */
export const AS_TEXT: JsonForm<StoredText> = {
  checked: (document) => document,
  stored: storedText,
};

const CONTAINER = /^[ \t\n\r]*[[{]/;

/** The document that a stored text is; the text itself where it is none. */
export function storedText(text: string): StoredText | Promise<StoredText> {
  if (!CONTAINER.test(text)) return text;
  if (text.length > PART) return storedTextInSlices(text);
  try {
    new JsonScanner(Buffer.from(text)).advance(Infinity);
    return new JsonText(text);
  } catch (error) {
    return unlessFault(error, text);
  }
}

async function storedTextInSlices(text: string): Promise<StoredText> {
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
    return unlessFault(error, text);
  }
}

function unlessFault(error: unknown, text: string): string {
  if (error instanceof JsonFault) return text;
  throw error;
}

/**
 * Goes on with the JSON of a column that may hold none: at once where it is there, as a promise for each row of a list
 * would cost more than the row.
 */
export function mapStored<Json, Result>(
  form: JsonForm<Json>,
  text: string | null,
  next: (value: Json | null) => Result,
): Result | Promise<Result> {
  const value = text === null ? null : form.stored(text);
  return value instanceof Promise ? value.then(next) : next(value);
}
