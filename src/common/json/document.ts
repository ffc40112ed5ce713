import { JsonText } from './json-text.js';
import { JsonReader } from './reader.js';
import { JsonFault } from './tokens.js';
import { MAX_JSON_DEPTH } from './values.js';

const LONE_SURROGATE = /\p{Surrogate}/gu;

/**
 * The object or array that a text holds, under the rules for new documents.
 * @throws JsonFault `malformed` where it holds neither.
 */
export function readDocument(text: string): JsonText {
  const options = { mostDepth: MAX_JSON_DEPTH, onlyDoubles: true, isDocument: true };
  const document = new JsonReader(Buffer.from(wellFormed(text)), options).read();
  if (document instanceof JsonText) return document;
  throw new JsonFault('malformed', 0);
}

/** Half a character, which UTF-8 cannot carry, can stand in a string only; there it means the same escaped. */
function wellFormed(text: string): string {
  return text.replace(LONE_SURROGATE, (half) => `\\u${half.charCodeAt(0).toString(16)}`);
}
