import { isSafeNumber, LosslessNumber, parse } from 'lossless-json';

const NUMBER_THAT_MAY_BE_LONG = /\d{16}/;

/** Numbers that a double cannot hold stay `LosslessNumber`: what was given comes back to the letter. */
export function parseExactly(text: string): unknown {
  if (!NUMBER_THAT_MAY_BE_LONG.test(text)) return JSON.parse(text) as unknown;
  return parse(text, undefined, (digits) =>
    isSafeNumber(digits) ? Number(digits) : new LosslessNumber(digits),
  );
}
