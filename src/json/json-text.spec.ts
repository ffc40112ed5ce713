import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { JsonReader } from './reader.js';
import { JsonText, writeSizedJson } from './json-text.js';

describe('The size of an answer', () => {
  it('is known where the documents in it came in parts, and is that of its UTF-8', async () => {
    const states = fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue({ stringUnit: 'binary' }), {
      minKeys: 1,
    });
    await fc.assert(
      fc.asyncProperty(states, fc.string({ unit: 'binary' }), async (state, beside) => {
        const body = Buffer.from(JSON.stringify({ state, same: state }));
        const read = (await new JsonReader(body).readInSlices(2)) as Record<string, JsonText>;
        const { text, bytes } = writeSizedJson({ ...read, beside });
        expect(bytes).toBe(Buffer.byteLength(text));
      }),
    );
  });

  it('is not known where that of one document is not', () => {
    const documents = { large: new JsonText('[1]', 3), small: new JsonText('[2]') };
    expect(writeSizedJson(documents)).toEqual({ text: '{"large":[1],"small":[2]}' });
  });
});
