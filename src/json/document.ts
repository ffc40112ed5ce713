import { setImmediate as nextTurn } from 'node:timers/promises';
import { JsonText } from './json-text.js';
import { PART, partsOf } from './parts.js';
import { JsonReader, type ReadOptions } from './reader.js';
import { JsonFault } from './tokens.js';
import { MAX_JSON_DEPTH, MOST_NUMBER } from './values.js';

const LONE_SURROGATE = /\p{Surrogate}/gu;
/** How much text with halves of characters is made well-formed in one turn: each half costs half a microsecond. */
const SMALL_PART = PART / 8;
const RULES: ReadOptions = {
  mostDepth: MAX_JSON_DEPTH,
  mostNumber: MOST_NUMBER,
  onlyDoubles: true,
  isDocument: true,
};

/**
 * The object or array that a text holds, under the rules for new documents.
 * @throws JsonFault `malformed` where it holds neither.
 */
export function readDocument(text: string, mostValues = Infinity): JsonText {
  const bytes = Buffer.from(wellFormed(text));
  return asDocument(new JsonReader(bytes, { ...RULES, mostValues }).read());
}

/**
 * The same with turns of the event loop in between where there is much.
 * @param counted hears how many values were read, whether or not they were right.
 */
export async function readDocumentInSlices(
  text: string,
  mostValues: number,
  counted: (values: number) => void,
): Promise<JsonText> {
  const bytes = Buffer.from(text.search(LONE_SURROGATE) < 0 ? text : await wellFormedInSlices(text));
  const reader = new JsonReader(bytes, { ...RULES, mostValues });
  try {
    return asDocument(await reader.readInSlices());
  } finally {
    counted(reader.values);
  }
}

function asDocument(value: unknown): JsonText {
  if (value instanceof JsonText) return value;
  throw new JsonFault('malformed', 0);
}

/** Half a character, which UTF-8 cannot carry, can stand in a string only; there it means the same escaped. */
function wellFormed(text: string): string {
  return text.replace(LONE_SURROGATE, (half) => `\\u${half.charCodeAt(0).toString(16)}`);
}

async function wellFormedInSlices(text: string): Promise<string> {
  const parts: string[] = [];
  for (const part of partsOf(text, SMALL_PART)) {
    parts.push(wellFormed(part));
    await nextTurn();
  }
  return parts.join('');
}
