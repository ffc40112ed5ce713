/** A JSON object or array. */
export type JsonContainer = Record<string, unknown> | unknown[];

/** The deepest nesting of objects and arrays. */
export const MAX_JSON_DEPTH = 64;

/** The most values in a body, including its documents and those that it holds as strings. */
export const MAX_JSON_VALUES = 200_000;
/** The most bytes of a number: numbers are stored verbatim, so their length has to be bounded. */
export const MAX_NUMBER_BYTES = 4096;
/** The most bytes of a name outside documents; no field name has a tenth of that. */
export const MAX_NAME_BYTES = 1024;
/** The most bytes of a text outside documents: the longest field, each of its bytes escaped (`\u0041`). */
export const MAX_TEXT_BYTES = 6 * 1_048_576;

/** Messages for valid JSON that exceeds a limit. They follow the name of the field. */
export const FAULT_MESSAGES = {
  values: `must not hold more than ${MAX_JSON_VALUES} JSON values`,
  digits: `must not hold a number of more than ${MAX_NUMBER_BYTES} characters`,
  name: `is not a known field; no name is longer than ${MAX_NAME_BYTES} bytes`,
  text: `must not be a text of more than ${MAX_TEXT_BYTES} bytes`,
  depth: `must not be nested deeper than ${MAX_JSON_DEPTH} levels`,
  number: 'must not hold a number outside the range of a double',
} as const;

/** The most UTF-8 bytes of one UTF-16 code unit. */
const MAX_UTF8_BYTES_PER_UNIT = 3;

export function fitsInBytes(text: string, maxBytes: number): boolean {
  return text.length * MAX_UTF8_BYTES_PER_UNIT <= maxBytes || Buffer.byteLength(text) <= maxBytes;
}

/** Whether the value is an object in the sense of JSON: not `null`, not an array, not a class of its own. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/**
 * The reason for which a value cannot be stored as JSON unchanged; `undefined` where it can. The recursion ends at
 * the maximum depth, so that no input can exhaust the stack, not even a cyclic one.
 */
export function reasonForInvalidJson(root: unknown, depth = 1): string | undefined {
  const value = applyToJson(root);
  const isArray = Array.isArray(value);
  if (!isArray && !isPlainObject(value)) return reasonForInvalidScalar(value);
  if (depth > MAX_JSON_DEPTH) return FAULT_MESSAGES.depth;
  for (const child of isArray ? value : Object.values(value)) {
    if (child === undefined && !isArray) continue;
    const reason = reasonForInvalidJson(child, depth + 1);
    if (reason) return reason;
  }
  return undefined;
}

/** Applies `toJSON`, as `JSON.stringify` does (a `Date` becomes its ISO text). */
function applyToJson(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('toJSON' in value)) return value;
  return typeof value.toJSON === 'function' ? (value.toJSON as () => unknown)() : value;
}

function reasonForInvalidScalar(value: unknown): string | undefined {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return undefined;
  if (typeof value !== 'number') return 'must hold nothing but JSON values';
  return Number.isFinite(value) ? undefined : FAULT_MESSAGES.number;
}

/** Parses a stored object or array; returns the text itself where it is neither (old rows). */
export function parseStored(text: string): JsonContainer | string {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as JsonContainer) : text;
  } catch {
    return text;
  }
}

/**
 * The OpenAPI schemas of a JSON object or array, or the text of one. `nullable` is set on each, since OpenAPI 3.0
 * gives it no meaning beside `anyOf`.
 */
export function containerSchemas(nullable: boolean): Record<string, unknown>[] {
  return [
    { type: 'object', additionalProperties: true, nullable },
    { type: 'array', items: {}, nullable },
    { type: 'string', nullable },
  ];
}
