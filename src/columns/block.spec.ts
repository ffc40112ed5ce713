import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { TextBlock, writeTexts } from './block.js';
import { DamagedBlock } from './damaged-block.js';
import { splitValues } from './values.js';

const backOf = (texts: readonly string[]): string[] => {
  const block = new TextBlock(writeTexts(texts));
  expect(block.count).toBe(texts.length);
  return texts.map((_, index) => block.textAt(index));
};
const sameShape = (values: readonly string[]): string[] => values.map((value) => `{"a":${value},"b":[1]}`);

const ODD: readonly (readonly [string, readonly string[]])[] = [
  ['no text', []],
  ['empty texts', ['', '']],
  ['one text', ['{"a":1}']],
  ['texts that are no JSON', ['no JSON', '"', '\\', '-', '{"a":-}', '"a', '1 2 3', '{"a":"\\\\"}']],
  ['the mark of a value', ['\u0001', '{"a":1}', '{"a":"\u0001"}', '{"a":2}', '\u0001']],
  ['lines and spaces', ['{\n  "a" : 1,\r\n\t"b" :[ 2 ]}', '{\n  "a" : 3,\r\n\t"b" :[ 4 ]}']],
  ['keys in another order', ['{"a":1,"b":2}', '{"b":1,"a":2}']],
  ['escapes', ['{"a":"\\"","b":"\\\\","\\"c\\\\":3}', '{"a":"\\"1","b":"\\\\2","\\"c\\\\":4}']],
  ['words and emoji', ['{"ä":"ö"}', '{"ä":"🦊"}', '{"ä":"\\ud83e"}']],
  [
    'numbers with a point',
    sameShape(['1.50', '1.5', '0.10', '-0.0', '10', '0', '-0', '0.000000000000000001']),
  ],
  ['one number with 18 digits', sameShape(['0.12345678901234567', '1.1', '123456789.123456789'])],
  ['numbers past what a double holds', sameShape(['9007199254740993', '12345678901234567890', '1'])],
  [
    'whole numbers at the bounds',
    sameShape(['2251799813685247', '-2251799813685247', '0', '2251799813685248']),
  ],
  ['whole numbers far apart', sameShape(['-999999999999999', '999999999999999', '-1', '0', '-1'])],
  ['exponents', sameShape(['1e5', '1E+5', '1.5e-07', '2'])],
  ['leading zeros', sameShape(['007', '7', '00'])],
  ['quoted numbers', sameShape(['"0.08"', '"0.10"', '"-1"', '"12"'])],
  ['quoted and bare', sameShape(['"1"', '1', '"x"', 'null'])],
  [
    'moments',
    sameShape(['"2026-11-22T20:15:00.123Z"', '"2026-11-22T20:16:00.124Z"', '"0000-01-01T00:00:00.000Z"']),
  ],
  [
    'no moments',
    sameShape(['"2026-02-30T20:15:00.123Z"', '"2026-11-22T20:15:00.123Z"', '"2026-13-01T00:00:00.000Z"']),
  ],
  ['a text that changes', sameShape(['"running"', '"stopped"', '"running"', '""'])],
];

describe('Texts that were put together', () => {
  it.each(ODD)('come back to the letter: %s', (_, texts) => {
    expect(backOf(texts)).toEqual(texts);
  });

  it('come back in any order', () => {
    const texts = Array.from(
      { length: 50 },
      (_, index) => `{"counter":${1000 + 60 * index},"up":${index % 7}}`,
    );
    const block = new TextBlock(writeTexts(texts));
    for (const index of [49, 3, 3, 0, 48, 7]) expect(block.textAt(index)).toBe(texts[index]);
    expect(() => block.textAt(50)).toThrow(DamagedBlock);
    expect(() => block.textAt(-1)).toThrow(DamagedBlock);
  });

  it('come back to the letter, whatever they are', () => {
    const document = fc.json({ maxDepth: 4 });
    const jittered = fc
      .array(fc.tuple(fc.double({ noNaN: true }), fc.integer(), fc.string()))
      .map((rows) =>
        rows.map(([real, whole, text]) => JSON.stringify({ real, whole, text, list: [whole, { real }] })),
      );
    const texts = fc.oneof(fc.array(document), jittered, fc.array(fc.string({ unit: 'binary' })));
    fc.assert(
      fc.property(texts, (given) => {
        // What is stored is UTF-8, which has no lone surrogates.
        const stored = given.map((text) => Buffer.from(text).toString());
        expect(backOf(stored)).toEqual(stored);
      }),
    );
  });

  it('share what is the same in all of them', () => {
    const filler = 'x'.repeat(1000);
    const texts = Array.from({ length: 100 }, (_, index) => `{"filler":"${filler}","counter":${index}}`);
    expect(writeTexts(texts).length).toBeLessThan(1400);
  });
});

describe('The values of a text', () => {
  it('are its numbers and its strings, but for the names of members', () => {
    expect(splitValues('{"a":1,"b" : [ "c", -2.5e3 ],"d":null}')).toEqual({
      template: '{"a":\u0001,"b" : [ \u0001, \u0001 ],"d":null}',
      values: ['1', '"c"', '-2.5e3'],
    });
  });
});
