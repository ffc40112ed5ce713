import { FAULT_MESSAGES } from './values.js';

/** Why a text is refused: it is no JSON, or exceeds a limit. */
export class JsonFault extends Error {
  constructor(
    readonly reason: 'malformed' | 'fields' | keyof typeof FAULT_MESSAGES,
    /** The position in bytes. */
    readonly at: number,
  ) {
    super(`JSON: ${reason} at byte ${at}`);
  }
}

const [MINUS, PLUS, DOT, ZERO, NINE, SMALL_E, SMALL_U] = [0x2d, 0x2b, 0x2e, 0x30, 0x39, 0x65, 0x75] as const;
const LOWER_CASE = 0x20;
const ESCAPES: ReadonlySet<number> = new Set(Buffer.from('"\\/bfnrt'));
const LITERALS: ReadonlyMap<number, Buffer> = new Map(
  ['true', 'false', 'null'].map((word) => [word.charCodeAt(0), Buffer.from(word)]),
);
/** Any number with fewer characters and no exponent is in the range of a double. */
const SHORT_NUMBER = 300;

/**
 * @param max the most characters; scanning stops there.
 * @returns the position after the number.
 */
export function skipNumber(bytes: Buffer, from: number, max: number, onlyDoubles: boolean): number {
  const last = from + max;
  let at = bytes[from] === MINUS ? from + 1 : from;
  at = bytes[at] === ZERO ? at + 1 : skipDigits(bytes, at, last);
  if (bytes[at] === DOT) at = skipDigits(bytes, at + 1, last);
  const hasExponent = ((bytes[at] ?? 0) | LOWER_CASE) === SMALL_E;
  if (hasExponent) {
    const sign = bytes[at + 1];
    at = skipDigits(bytes, sign === PLUS || sign === MINUS ? at + 2 : at + 1, last);
  }
  const mayBePast = hasExponent || at - from > SHORT_NUMBER;
  if (onlyDoubles && mayBePast && !Number.isFinite(Number(bytes.toString('latin1', from, at)))) {
    throw new JsonFault('number', from);
  }
  return at;
}

/** @returns the position after one or more digits. */
function skipDigits(bytes: Buffer, from: number, last: number): number {
  let at = from;
  while (at <= last && isDigit(bytes[at] ?? 0)) at++;
  if (at > last) throw new JsonFault('digits', last);
  if (at === from) throw new JsonFault('malformed', at);
  return at;
}

/** Skips `true`, `false` or `null`. */
export function skipLiteral(bytes: Buffer, from: number): number {
  const word = LITERALS.get(bytes[from] ?? 0);
  if (!word) throw new JsonFault('malformed', from);
  let at = from;
  for (const byte of word) {
    if (bytes[at] !== byte) throw new JsonFault('malformed', at);
    at++;
  }
  return at;
}

/** @param at the position after the backslash. */
export function skipEscape(bytes: Buffer, at: number): number {
  const byte = bytes[at] ?? 0;
  if (ESCAPES.has(byte)) return at + 1;
  if (byte !== SMALL_U) throw new JsonFault('malformed', at);
  for (let digit = at + 1; digit <= at + 4; digit++) {
    if (!isHexDigit(bytes[digit] ?? 0)) throw new JsonFault('malformed', digit);
  }
  return at + 5;
}

export function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

export function isDigit(byte: number): boolean {
  return byte >= ZERO && byte <= NINE;
}

function isHexDigit(byte: number): boolean {
  const letter = byte | LOWER_CASE;
  return isDigit(byte) || (letter >= 0x61 && letter <= 0x66);
}

/** Whether a byte is a continuation byte of UTF-8. */
export function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}
