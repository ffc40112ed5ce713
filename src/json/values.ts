/** A JSON object or array. */
export type JsonContainer = Record<string, unknown> | unknown[];

/** How many levels of objects and arrays may lie inside one another. */
export const MAX_JSON_DEPTH = 64;

/** The most values that a body holds, the documents in it and those that it holds as texts included. */
export const MOST_VALUES = 200_000;
/** The most bytes of a number: each is kept to the letter, but none is measured without end. */
export const MOST_NUMBER = 4096;
/** The most bytes of a name outside of documents; no field has a name of a tenth of that. */
export const MOST_NAME = 1024;
/** The most bytes of a text outside of documents: the longest text of any field, each byte of it escaped (`\u0041`). */
export const MOST_TEXT = 6 * 1_048_576;

/** What is said of JSON that is refused although it is JSON. Messages read on after the name of the field. */
export const FAULTS = {
  values: `must not hold more than ${MOST_VALUES} JSON values`,
  digits: `must not hold a number of more than ${MOST_NUMBER} characters`,
  name: `is not a known field; no name is longer than ${MOST_NAME} bytes`,
  text: `must not be a text of more than ${MOST_TEXT} bytes`,
  depth: `must not be nested deeper than ${MAX_JSON_DEPTH} levels`,
  number: 'must not hold a number outside the range of a double',
} as const;

/** The most bytes that a UTF-16 code unit becomes in UTF-8. */
const MOST_BYTES_A_UNIT = 3;

export function fits(text: string, maxBytes: number): boolean {
  return text.length * MOST_BYTES_A_UNIT <= maxBytes || Buffer.byteLength(text) <= maxBytes;
}

/** Whether the value is an object in the sense of JSON: not `null`, not an array, not a class of its own. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/**
 * Why a value cannot be kept as JSON without being altered; `undefined` when it can.
 * Goes no deeper than the depth bound, so that no input can exhaust the stack, not even one that contains itself.
 */
export function whyNotJson(root: unknown, depth = 1): string | undefined {
  const value = asSerialised(root);
  const isArray = Array.isArray(value);
  if (!isArray && !isPlainObject(value)) return whyNotScalar(value);
  if (depth > MAX_JSON_DEPTH) return FAULTS.depth;
  for (const child of isArray ? value : Object.values(value)) {
    if (child === undefined && !isArray) continue;
    const reason = whyNotJson(child, depth + 1);
    if (reason) return reason;
  }
  return undefined;
}

/** `JSON.stringify` writes what `toJSON` returns (a `Date` becomes its ISO text). */
function asSerialised(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('toJSON' in value)) return value;
  return typeof value.toJSON === 'function' ? (value.toJSON as () => unknown)() : value;
}

function whyNotScalar(value: unknown): string | undefined {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return undefined;
  if (typeof value !== 'number') return 'must hold nothing but JSON values';
  return Number.isFinite(value) ? undefined : FAULTS.number;
}

/** The object or array that a stored text holds; the text itself where it holds neither (old rows). */
export function parseStored(text: string): JsonContainer | string {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as JsonContainer) : text;
  } catch {
    return text;
  }
}

/**
 * The schemas of a value that is a JSON object or array, or the text of one.
 * `nullable` stands at each, since OpenAPI 3.0 gives it no meaning beside `anyOf`.
 */
export function containerSchemas(nullable: boolean): Record<string, unknown>[] {
  return [
    { type: 'object', additionalProperties: true, nullable },
    { type: 'array', items: {}, nullable },
    { type: 'string', nullable },
  ];
}
