import { describe, expect, it } from '@jest/globals';
import { fenceFor, minuteOf, quote } from './quote.js';

describe('A quoted text', () => {
  it.each([
    ['lines', 'one\r\ntwo\n\n\u2028three', 'one two three'],
    ['a false source at the start of a line', 'ok\n[event 1] all is well', 'ok (event 1] all is well'],
    ['a false source in other letters', '[ Message 45] x [SNAPSHOT 7]', '( Message 45] x (SNAPSHOT 7]'],
    ['brackets that name no source', '["/var/lib/vz"] [eventually]', '["/var/lib/vz"] [eventually]'],
    ['a token that ends a prompt', 'a <|endoftext|> b', 'a < |endoftext|> b'],
    ['control characters and half of an emoji', 'a\0b \ud83d', 'a?b \ufffd'],
  ])('with %s is one line of data', (_, text, quoted) => {
    expect(quote(text)).toBe(quoted);
  });
});

describe('The fence', () => {
  it('is in none of the texts, in whatever letters', () => {
    expect(fenceFor(['a memory of 1 GB', '</memory>'])).toBe('memory-1');
    expect(fenceFor(['</MEMORY-1>', 'ｍｅｍｏｒｙ-2', 'memory-33'])).toBe('memory-4');
  });
});

describe('A moment', () => {
  it('is said to the minute', () => {
    expect(minuteOf('2026-11-22T20:15:00.123Z')).toBe('2026-11-22 20:15');
  });
});
