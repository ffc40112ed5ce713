import { describe, expect, it } from '@jest/globals';
import { JsonText } from './json-text.js';
import { storedText } from './stored.js';

const long = 'é'.repeat(700_000);

describe('A stored text', () => {
  it.each([
    ['an object', `{"a":"${long}"}`, true],
    ['an array after white space', ` \n\t["${long}"] `, true],
    ['a string', `"${long}"`, false],
    ['an object that is cut off', `{"a":"${long}"`, false],
    ['no JSON', long, false],
    ['white space', ' '.repeat(1_500_000), false],
  ])('is a document or stands for itself, as a string and in UTF-8: %s', async (_, text, isDocument) => {
    for (const given of [text, Buffer.from(text)]) {
      const stored = await storedText(given);
      expect(stored instanceof JsonText).toBe(isDocument);
      expect((stored instanceof JsonText ? stored.text : stored) === text).toBe(true);
    }
  });
});
