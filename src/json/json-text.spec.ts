import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { JsonReader } from './reader.js';
import { JsonText, writeJson, writeSizedJson, type WrittenJson } from './json-text.js';

describe('The size of an answer', () => {
  it('is known where the documents in it came in parts, and is that of its UTF-8', async () => {
    const states = fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue({ stringUnit: 'binary' }), {
      minKeys: 1,
    });
    await fc.assert(
      fc.asyncProperty(states, fc.string({ unit: 'binary' }), async (state, beside) => {
        const body = Buffer.from(JSON.stringify({ state, same: state }));
        const read = (await new JsonReader(body).readInSlices(2)) as Record<string, JsonText>;
        const written = writeSizedJson({ ...read, beside });
        expect(written.bytes).toBe(Buffer.byteLength(textOf(written)));
      }),
    );
  });

  it('is known of large documents, which stay in UTF-8', () => {
    const text = `{"лог":"${'строка '.repeat(100_000)}"}`;
    const [large, small] = [JsonText.ofUtf8(Buffer.from(text)), JsonText.ofUtf8(Buffer.from('[1]'))];
    expect([large.utf8?.toString(), small.utf8]).toEqual([text, undefined]);
    expect([large.isObject, small.isObject]).toEqual([true, false]);
    const answer = { id: 7, large, small, again: large };
    const written = writeSizedJson(answer);
    expect('pieces' in written && written.pieces.filter((piece) => typeof piece !== 'string')).toEqual([
      large.utf8,
      large.utf8,
    ]);
    expect(textOf(written)).toBe(writeJson(answer));
    expect(textOf(written)).toBe(`{"id":7,"large":${text},"small":[1],"again":${text}}`);
    expect(written.bytes).toBe(Buffer.byteLength(textOf(written)));
  });

  it('leaves nothing in memory that lay beside a large document', () => {
    const text = JSON.stringify(['x'.repeat(1_200_000)]);
    const body = Buffer.from(`{"a":${text},"b":1}`);
    const padded = Buffer.from(`{${' '.repeat(1_000_000)}"a":${text}}`);
    const part = (bytes: Buffer) => bytes.subarray(bytes.indexOf('['), bytes.indexOf(']') + 1);
    expect(JsonText.ofUtf8(part(body)).utf8?.buffer).toBe(body.buffer);
    expect(JsonText.ofUtf8(part(padded)).utf8?.buffer.byteLength).toBe(text.length);
  });

  it('is held once, as whatever it was asked for last', () => {
    const document = JsonText.ofUtf8(Buffer.from(JSON.stringify(['я'.repeat(600_000)])));
    const text = document.utf8?.toString();
    expect(document.text).toBe(text);
    expect([document.utf8, document.bytes]).toEqual([undefined, Buffer.byteLength(text ?? '')]);
  });

  it('is not known where that of one document is not', () => {
    const documents = { large: JsonText.of('[1]', 3), small: JsonText.of('[2]') };
    expect(writeSizedJson(documents)).toEqual({ text: '{"large":[1],"small":[2]}' });
  });
});

function textOf(written: WrittenJson): string {
  return 'text' in written ? written.text : written.pieces.join('');
}
