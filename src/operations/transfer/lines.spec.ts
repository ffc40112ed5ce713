import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { linesOf } from './lines.js';

async function* inParts(text: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < text.length; at += size) yield await Promise.resolve(text.subarray(at, at + size));
}

async function read(text: string, size = 7, longest?: number): Promise<(string | undefined)[]> {
  const lines: (string | undefined)[] = [];
  for await (const { number, bytes } of linesOf(inParts(Buffer.from(text), size), longest)) {
    lines.push(bytes?.toString());
    expect(number).toBe(lines.length);
  }
  return lines;
}

describe('Lines', () => {
  it('are those of the text, however it arrives', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: 'binary' }).map((text) => text.replaceAll('\n', ''))),
        fc.integer({ min: 1, max: 20 }),
        async (lines, size) => {
          expect(await read(lines.map((line) => `${line}\n`).join(''), size)).toEqual(lines);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('end with the text where the last line break is missing', async () => {
    expect(await read('one\ntwo')).toEqual(['one', 'two']);
    expect(await read('')).toEqual([]);
    expect(await read('\n\n')).toEqual(['', '']);
  });

  it('that are too long are passed over, and those after them are read', async () => {
    const long = 'x'.repeat(100);
    expect(await read(`a\n${long}\nb\n${long}`, 7, 20)).toEqual(['a', undefined, 'b', undefined]);
    expect(await read(`${'x'.repeat(20)}\n${'x'.repeat(21)}\n`, 5, 20)).toEqual(['x'.repeat(20), undefined]);
  });
});
