import { describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { BodyChunks } from './chunks.js';

const MB = 1_048_576;

describe('The pieces of a body', () => {
  it.each([0, 100, 2 * MB])('are joined in their order where %d bytes were announced', (announced) => {
    const sizes = fc.array(fc.integer({ min: 1, max: 300_000 }), { maxLength: 12 });
    fc.assert(
      fc.property(sizes, (lengths) => {
        const pieces = new BodyChunks(announced);
        const added: Buffer[] = [];
        let size = 0;
        for (const [index, length] of lengths.entries()) {
          if (announced > 0 && size + length > announced) break;
          const piece = Buffer.alloc(length, index + 1);
          pieces.add(piece);
          added.push(piece);
          size += length;
        }
        expect(pieces.size).toBe(size);
        expect(pieces.join().equals(Buffer.concat(added))).toBe(true);
        expect([pieces.size, pieces.join().length]).toEqual([0, 0]);
      }),
      { numRuns: 50 },
    );
  });

  it('that come one by one are all there', () => {
    const pieces = new BodyChunks();
    const text = 'one after the other, '.repeat(50);
    for (const character of text) pieces.add(Buffer.from(character));
    expect(pieces.join().toString()).toBe(text);
  });

  it('of a large body go into one room once a quarter of it has come, so that joining copies nothing', () => {
    const pieces = new BodyChunks(2 * MB);
    const concat = jest.spyOn(Buffer, 'concat');
    const allocate = jest.spyOn(Buffer, 'allocUnsafeSlow');
    pieces.add(Buffer.alloc(MB / 4));
    expect(allocate).not.toHaveBeenCalled();
    for (let count = 0; count < 7; count++) pieces.add(Buffer.alloc(MB / 4, count));
    expect(pieces.join().length).toBe(2 * MB);
    expect(allocate.mock.calls).toEqual([[2 * MB]]);
    expect(concat).not.toHaveBeenCalled();
    jest.restoreAllMocks();
  });
});
