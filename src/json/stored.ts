import { setImmediate as nextTurn } from 'node:timers/promises';
import { JsonText } from './json-text.js';
import { encodedParts, PART_SIZE } from './parts.js';
import { JsonScanner } from './scanner.js';
import { isSpace, JsonFault } from './tokens.js';
import { parseStored, type JsonContainer } from './values.js';

/** The value of a JSON column; a row of the first backend may hold text that is no JSON. */
export type StoredObject = JsonContainer | string;
export type StoredText = JsonText | string;

/** The form in which stored JSON is returned. */
export interface JsonForm<Json> {
  /** Converts a document that was just validated. */
  fromDocument(document: JsonText): Json;
  /** Converts the text of a column, or its UTF-8; asynchronous where it is large, to yield to other work. */
  fromText(text: string | Buffer): Json | Promise<Json>;
}

/** As objects and arrays, for in-process callers. */
export const AS_OBJECTS: JsonForm<StoredObject> = {
  fromDocument: (document) => document.parse(),
  fromText: (text) => parseStored(text.toString()),
};

/** Verbatim, for `writeJson`: nothing is parsed. */
export const AS_TEXT: JsonForm<StoredText> = {
  fromDocument: (document) => document,
  fromText: storedText,
};

const CONTAINER = /^[ \t\n\r]*[[{]/;

/** The document that a stored text holds; the text itself where it is no JSON object or array. */
export function storedText(text: string | Buffer): StoredText | Promise<StoredText> {
  if (typeof text !== 'string') return storedUtf8(text);
  if (!CONTAINER.test(text)) return text;
  if (text.length > PART_SIZE) return storedTextInSlices(text);
  try {
    new JsonScanner(Buffer.from(text)).advance(Infinity);
    return JsonText.of(text);
  } catch (error) {
    return textOnFault(error, text);
  }
}

async function storedTextInSlices(text: string): Promise<StoredText> {
  const bytes = Buffer.concat(await encodedParts(text));
  return (await isJson(bytes)) ? JsonText.of(text, bytes.length) : text;
}

async function storedUtf8(bytes: Buffer): Promise<StoredText> {
  const start = bytes.findIndex((byte) => !isSpace(byte));
  const isContainer = CONTAINER.test(bytes.toString('latin1', start, start + 1));
  return isContainer && (await isJson(bytes)) ? JsonText.ofUtf8(bytes) : bytes.toString();
}

async function isJson(bytes: Buffer): Promise<boolean> {
  try {
    const scanner = new JsonScanner(bytes);
    while (!scanner.advance(PART_SIZE)) await nextTurn();
    return true;
  } catch (error) {
    if (error instanceof JsonFault) return false;
    throw error;
  }
}

function textOnFault(error: unknown, text: string): string {
  if (error instanceof JsonFault) return text;
  throw error;
}

/**
 * Maps the JSON of a nullable column: synchronously where possible, because a promise for each row of a list would
 * cost more than the row.
 */
export function mapStored<Json, Result>(
  form: JsonForm<Json>,
  text: string | null,
  next: (value: Json | null) => Result,
): Result | Promise<Result> {
  const value = text === null ? null : form.fromText(text);
  return value instanceof Promise ? value.then(next) : next(value);
}
