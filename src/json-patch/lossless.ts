import { isSafeNumber, LosslessNumber, parse, stringify } from 'lossless-json';

/** A number that a double cannot hold has 16 digits or more, or an exponent. A string may look so: that is only slower. */
const MAY_BE_UNSAFE = /[1-9](?:\.?\d){15}|\d[eE]/;

/**
 * Parses JSON text; a number that a double cannot hold keeps its digits. Of members with one name the last one counts, as in
 * `JSON.parse`. A text that is no JSON stands for itself.
 */
export function parseLossless(text: string): unknown {
  try {
    if (!MAY_BE_UNSAFE.test(text)) return JSON.parse(text);
    return parse(text, undefined, { parseNumber, onDuplicateKey: ({ newValue }) => newValue });
  } catch {
    return text;
  }
}

export function stringifyLossless(value: unknown): string {
  return stringify(value) ?? 'null';
}

function parseNumber(digits: string): number | LosslessNumber {
  return isSafeNumber(digits) ? Number(digits) : new LosslessNumber(digits);
}

/** Whether two values that are no objects or arrays are the same. */
export function isSameScalar(one: unknown, other: unknown): boolean {
  if (one instanceof LosslessNumber && other instanceof LosslessNumber) return one.value === other.value;
  return one === other;
}

/** The number that a value is; undefined where it is none. */
export function toNumber(value: unknown): number | undefined {
  if (value instanceof LosslessNumber) return Number(value.value);
  return typeof value === 'number' ? value : undefined;
}

export function isNumber(value: unknown): boolean {
  return typeof value === 'number' || value instanceof LosslessNumber;
}

/** An object in the sense of JSON. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof LosslessNumber)
  );
}

/** How many values may be looked at; what is beyond it counts as different. */
export interface Budget {
  left: number;
}

export function isEqual(one: unknown, other: unknown, budget: Budget): boolean {
  if (--budget.left < 0) return false;
  if (Array.isArray(one) && Array.isArray(other))
    return one.length === other.length && one.every((value, index) => isEqual(value, other[index], budget));
  if (!isObject(one) || !isObject(other)) return isSameScalar(one, other);
  const names = Object.keys(one);
  return (
    names.length === Object.keys(other).length &&
    names.every((name) => Object.hasOwn(other, name) && isEqual(one[name], other[name], budget))
  );
}
