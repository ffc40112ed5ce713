import { isSafeNumber, LosslessNumber, stringify } from 'lossless-json';
import { endOfNumber, endOfString, nextStringOrNumber } from '../json/scalars.js';

/** A number that a double cannot hold has 16 digits or more, or an exponent. A string may look so: that is only slower. */
const MAY_BE_UNSAFE = /[1-9](?:\.?\d){15}|\d[eE]/;

/** In the grammar of JSON. */
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
/**
 * Stands before the digits of such a number while the text is parsed. No document holds it, since nobody knows it; browsers
 * run this too, so it is no UUID of Node.
 */
const MARK = `number ${Math.random()} `;

/**
 * Parses JSON text; a number that a double cannot hold keeps its digits. Of members with one name the last one counts, as in
 * `JSON.parse`. A text that is no JSON stands for itself.
 */
export function parseLossless(text: string): unknown {
  try {
    const marked = MAY_BE_UNSAFE.test(text) ? markUnsafeNumbers(text) : text;
    return marked === text ? JSON.parse(text) : JSON.parse(marked, fromMark);
  } catch {
    return text;
  }
}

/** The parser of `lossless-json` would build each string character by character: of 16 MB it made 500 MB of heap. */
function markUnsafeNumbers(text: string): string {
  let marked = '';
  let kept = 0;
  for (let at = nextStringOrNumber(text, 0); at < text.length;) {
    const isString = text.startsWith('"', at);
    const end = isString ? endOfString(text, at) : endOfNumber(text, at);
    const digits = isString ? '' : text.slice(at, end);
    if (NUMBER.test(digits) && !isSafeNumber(digits)) {
      marked += `${text.slice(kept, at)}"${MARK}${digits}"`;
      kept = end;
    }
    at = nextStringOrNumber(text, end);
  }
  return kept === 0 ? text : marked + text.slice(kept);
}

/** @throws Error where a number stands in the place of a name. */
function fromMark(name: string, value: unknown): unknown {
  if (name.startsWith(MARK)) throw new Error('A name is no string.');
  return typeof value === 'string' && value.startsWith(MARK)
    ? new LosslessNumber(value.slice(MARK.length))
    : value;
}

export function stringifyLossless(value: unknown): string {
  return stringify(value) ?? 'null';
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
