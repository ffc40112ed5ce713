import { describe, expect, it } from '@jest/globals';
import { shorten } from './sentences.js';

describe('A shortened text', () => {
  it.each([
    ['is the text where it fits', 'It is fine. Really.', 19, 'It is fine. Really.'],
    ['ends with a sentence', 'The disk is full. Nothing can be written now.', 30, 'The disk is full. …'],
    ['ends with a quoted sentence', 'He said "stop." And then it went on and on', 24, 'He said "stop." …'],
    ['ends with a line', 'Steps of today\nThe first is a long one', 24, 'Steps of today …'],
    ['ends with a sentence of Chinese', '备份失败了。磁盘已经满了没有空间', 12, '备份失败了。 …'],
    [
      'ends with a word where sentences are long',
      'It goes on and on without an end',
      20,
      'It goes on and on …',
    ],
    ['ends anywhere where words are long', 'x'.repeat(50), 12, `${'x'.repeat(10)} …`],
    ['holds no half of a character', '🚨'.repeat(20), 13, `${'🚨'.repeat(5)} …`],
    ['is not cut within a number', 'Version 2.4 of it is what we have got here', 17, 'Version 2.4 of …'],
  ])('%s', (_, text, max, expected) => {
    expect(shorten(text, max)).toBe(expected);
    expect(shorten(text, max).length).toBeLessThanOrEqual(max);
  });
});
