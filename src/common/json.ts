/** A JSON object or array. */
export type JsonContainer = Record<string, unknown> | unknown[];

/** How many levels of objects and arrays may lie inside one another. */
export const MAX_JSON_DEPTH = 64;

/** Whether the value is an object in the sense of JSON: not `null`, not an array, not a class of its own. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/**
 * Why a value cannot be kept as JSON without being altered; `undefined` when it can.
 * Walks without recursion, so that no input can exhaust the stack, and stops at the first finding,
 * so that a value that contains itself ends at the depth bound.
 */
export function whyNotJson(root: unknown): string | undefined {
  const pending: { value: unknown; depth: number }[] = [{ value: root, depth: 0 }];
  for (let next = pending.pop(); next; next = pending.pop()) {
    const value = asSerialised(next.value);
    const isArray = Array.isArray(value);
    if (!isArray && !isPlainObject(value)) {
      const reason = whyNotScalar(value);
      if (reason) return reason;
      continue;
    }
    const depth = next.depth + 1;
    if (depth > MAX_JSON_DEPTH) return `must not be nested deeper than ${MAX_JSON_DEPTH} levels`;
    for (const child of isArray ? value : Object.values(value)) {
      if (child !== undefined || isArray) pending.push({ value: child, depth });
    }
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
  return Number.isFinite(value) ? undefined : 'must not hold a number outside the range of a double';
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
