import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parse, type LosslessNumber } from 'lossless-json';
import { parseLossless, stringifyLossless } from './lossless.js';

const plain = (text: string): unknown =>
  parse(text, undefined, { onDuplicateKey: ({ newValue }) => newValue });

describe('JSON text that is parsed for a comparison', () => {
  it.each([
    ['a large whole number', '{"a":[12345678901234567890,1]}'],
    ['a small one beside it', '{"a":0.1234567890123456789,"b":1e400,"c":-1E-400}'],
    [
      'digits within strings and names',
      '{"12345678901234567890":"12345678901234567890 5e1","b":9007199254740993}',
    ],
    ['escapes', String.raw`{"a\"1":"\\","b":12345678901234567890,"c":"\\\" 12345678901234567890"}`],
    ['a name twice', '{"a":12345678901234567890,"a":98765432109876543210}'],
    ['the name of a prototype', '{"__proto__":12345678901234567890}'],
    ['a number alone', '12345678901234567890'],
  ])('keeps its numbers to the letter: %s', (_, text) => {
    expect(stringifyLossless(parseLossless(text))).toBe(stringifyLossless(plain(text)));
  });

  it.each([
    '{"a":012345678901234567890}',
    '[1234567890123456789.]',
    '[12345678901234567890',
    '[-]',
    '5e',
    '"5e1',
    '{12345678901234567890:1}',
    '{"a":1,1e400:2}',
  ])('stands for itself where it is no JSON: %s', (text) => {
    expect(parseLossless(text)).toBe(text);
  });

  it('is what a parser makes of it, whatever it is', () => {
    const digits = fc.stringMatching(/^-?(?:0|[1-9]\d{0,24})(?:\.\d{1,24})?(?:[eE][+-]?\d{1,3})?$/);
    const documents = fc.array(fc.tuple(fc.string({ unit: 'binary' }), digits), { minLength: 1 });
    fc.assert(
      fc.property(documents, (members) => {
        const text = `{${members.map(([name, number]) => `${JSON.stringify(name)}:[${JSON.stringify(name)},${number}]`).join(',')}}`;
        expect(valuesOf(parseLossless(text))).toEqual(valuesOf(plain(text)));
      }),
    );
  });

  it('takes little more memory than the text, also where its strings look like such numbers', () => {
    const text = JSON.stringify({
      lines: Array.from({ length: 4000 }, (_, line) => `${line}5e1 `.repeat(200)),
    });
    const before = process.memoryUsage().heapUsed;
    const parsed = parseLossless(text);
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(8 * text.length);
    expect(parsed).toEqual(JSON.parse(text));
  });
});

/** `lossless-json` keeps all numbers as their digits. */
function valuesOf(document: unknown): unknown {
  return JSON.parse(stringifyLossless(document), (_, value: unknown) =>
    typeof value === 'number' ? String(value) : (value as LosslessNumber),
  );
}
