import { beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { TokenCounter } from './tokens.js';

const PLAIN = { disallowedSpecial: new Set<string>() };
const real = (text: string): number => countTokens(text, PLAIN);

let tokens: TokenCounter;
beforeAll(async () => {
  tokens = await TokenCounter.load();
});

const SAMPLES: [string, string][] = [
  ['nothing', ''],
  ['a sentence', 'Disk usage on pve2 is at 91 %, and rising.'],
  ['German', 'Die Wiederherstellungspunkte der virtuellen Maschine „vm:104“ fehlen.'],
  ['Chinese, Japanese, Korean', '磁盘快满了。ディスクがいっぱいです。디스크가 거의 찼습니다.'],
  ['Arabic and Russian', 'القرص ممتلئ تقريبا. Диск почти заполнен.'],
  ['emoji', '🚨🏠👩‍👩‍👧 pve2 ✅'],
  ['JSON', '{"node":"pve2","cpu":0.12,"tags":["a",null,true],"vmid":104}'],
  ['code', 'for (let i = 0; i < 10; i++) {\n\treturn `x${i}`;\n}\r\n\r\n'],
  ['white space', '   \n\n\t\t   \r\n  a  \u00a0 b   '],
  ['a table', `| a${' '.repeat(60)}|\n|${'-'.repeat(60)}|\n`.repeat(20)],
  ['special tokens', '<|endoftext|> and <|im_start|>system<|im_end|> <|endofprompt|>'],
  ['lone surrogates', 'a \ud83d b \udea8'],
  ['NUL', 'a\0b'],
];

describe('The count of tokens', () => {
  it.each(SAMPLES)('of %s is that of the tokenizer', (_, text) => {
    expect(tokens.count(text)).toBe(real(text));
  });

  it('is exact for what is written in words, and never too low', () => {
    const word = fc.oneof(
      fc.constantFrom(
        'snapshotted',
        ' ',
        '\n',
        '  ',
        '. ',
        "'s",
        '1234',
        '/',
        '\t',
        '\r\n',
        '!?',
        '🚨',
        '<|endoftext|>',
      ),
      fc.string({ maxLength: 12, unit: 'binary' }),
      fc.string({ maxLength: 12 }),
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 40 }), (words) => {
        const text = words.join('');
        expect(tokens.count(text)).toBe(real(text));
      }),
      { numRuns: 500 },
    );
  });

  it('would be too low where a word is cut anywhere', () => {
    expect(real('snapshotted')).toBeGreaterThan(real('snapshot') + real('ted'));
    expect(tokens.count('snapshotted')).toBe(real('snapshotted'));
  });

  it.each([
    ['a letter', 'a'],
    ['a digit', '7'],
    ['a space', ' '],
    ['a dash', '-'],
    ['an emoji', '🚨'],
    ['a line break', '\n'],
    ['half of an emoji', '\ud83d'],
  ])('of %s repeated a million times is there at once, and not too low', (_, character) => {
    expect(tokens.count(character.repeat(4000))).toBeGreaterThanOrEqual(real(character.repeat(4000)));
    expect(tokens.count(character.repeat(1_000_000))).toBeGreaterThan(10_000);
  });
});

describe('A text shortened to tokens', () => {
  const text =
    'The backup of vm:104 failed. The disk of pve2 was full! It was mended by hand. And then it rained for days';

  it('is unchanged where it fits', () => {
    expect(tokens.shorten(text, real(text))).toBe(text);
    expect(tokens.shorten('', 0)).toBe('');
  });

  it('ends with a sentence, and says that it goes on', () => {
    expect(tokens.shorten(text, real(text) - 1)).toBe(
      'The backup of vm:104 failed. The disk of pve2 was full! It was mended by hand. …',
    );
  });

  it('is empty where there is no room', () => {
    expect(tokens.shorten(text, 0)).toBe('');
    expect(tokens.shorten('🚨'.repeat(10), 1).length).toBeLessThanOrEqual(2);
  });

  it('never has more tokens than wanted', () => {
    const any = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc.lorem({ mode: 'sentences', maxCount: 8 }),
    );
    fc.assert(
      fc.property(any, fc.integer({ min: 0, max: 60 }), (long, max) => {
        const short = tokens.shorten(long, max);
        expect(real(short)).toBeLessThanOrEqual(max);
        expect(short === long || short === '' || short.endsWith('…')).toBe(true);
      }),
      { numRuns: 500 },
    );
    for (const [, sample] of SAMPLES) expect(real(tokens.shorten(sample, 5))).toBeLessThanOrEqual(5);
    const endless = tokens.shorten('a'.repeat(1_000_000), 600);
    expect(tokens.count(endless)).toBeLessThanOrEqual(600);
    expect(endless.length).toBeGreaterThan(500);
  });
});
