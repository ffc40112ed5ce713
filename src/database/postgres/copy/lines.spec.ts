import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { linesOf } from './lines.js';

async function read(chunks: readonly Buffer[]): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of linesOf(Readable.from(chunks))) lines.push(line);
  return lines;
}

describe('The lines of a stream', () => {
  it('are the same wherever it is cut', async () => {
    const text = 'first\n\nthe third, with ü and 🐙\nlast\n';
    const bytes = Buffer.from(text);
    for (let at = 0; at <= bytes.length; at++) {
      expect(await read([bytes.subarray(0, at), bytes.subarray(at)])).toEqual(text.split('\n').slice(0, -1));
    }
    expect(await read(Array.from(bytes, (byte) => Buffer.from([byte])))).toEqual(
      text.split('\n').slice(0, -1),
    );
  });
});
