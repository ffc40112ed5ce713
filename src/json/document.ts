import { setImmediate as nextTurn } from 'node:timers/promises';
import { JsonText } from './json-text.js';
import { PART_SIZE, partsOf } from './parts.js';
import { JsonReader, type ReadOptions } from './reader.js';
import { JsonFault } from './tokens.js';
import { MAX_JSON_DEPTH, MAX_NUMBER_BYTES } from './values.js';

const LONE_SURROGATE = /\p{Surrogate}/gu;
/** How much text with lone surrogates is made well-formed in one turn: each costs half a microsecond. */
const SMALL_PART_SIZE = PART_SIZE / 8;
const RULES: ReadOptions = {
  maxDepth: MAX_JSON_DEPTH,
  maxNumberBytes: MAX_NUMBER_BYTES,
  onlyDoubles: true,
  isDocument: true,
};

/**
 * Parses a text that holds an object or array, under the rules for new documents.
 * @throws JsonFault `malformed` where it holds neither.
 */
export function readDocument(text: string, maxValues = Infinity): JsonText {
  const bytes = Buffer.from(wellFormed(text));
  return asDocument(new JsonReader(bytes, { ...RULES, maxValues }).read());
}

/**
 * The same in slices, with turns of the event loop in between.
 * @param onCounted gets the number of values that were read, also where a fault is thrown.
 */
export async function readDocumentInSlices(
  text: string,
  maxValues: number,
  onCounted: (values: number) => void,
): Promise<JsonText> {
  const bytes = Buffer.from(text.search(LONE_SURROGATE) < 0 ? text : await wellFormedInSlices(text));
  const reader = new JsonReader(bytes, { ...RULES, maxValues });
  try {
    return asDocument(await reader.readInSlices());
  } finally {
    onCounted(reader.values);
  }
}

function asDocument(value: unknown): JsonText {
  if (value instanceof JsonText) return value;
  throw new JsonFault('malformed', 0);
}

/**
 * Escapes lone surrogates, which UTF-8 cannot represent. They can occur in strings only, where the escape means the
 * same.
 */
function wellFormed(text: string): string {
  return text.replace(LONE_SURROGATE, (surrogate) => `\\u${surrogate.charCodeAt(0).toString(16)}`);
}

async function wellFormedInSlices(text: string): Promise<string> {
  const parts: string[] = [];
  for (const part of partsOf(text, SMALL_PART_SIZE)) {
    parts.push(wellFormed(part));
    await nextTurn();
  }
  return parts.join('');
}
