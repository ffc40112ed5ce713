import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fromLine, toLine, type CellType, type CopiedCell } from './row-text.js';

const TYPES: readonly CellType[] = ['text', 'integer', 'flag', 'amount', 'bytes'];
const asked = (cells: readonly fc.Arbitrary<CopiedCell>[]): fc.Arbitrary<CopiedCell[]> =>
  fc.tuple(...cells.map((cell) => fc.option(cell)));
const ROWS = asked([
  fc.string({ unit: 'binary' }),
  fc.oneof(fc.maxSafeInteger(), fc.bigInt({ min: 2n ** 60n, max: 2n ** 63n - 1n })),
  fc.boolean(),
  fc.double({ noNaN: true }).map((value) => (value === 0 ? 0 : value)),
  fc.uint8Array().map((bytes) => Buffer.from(bytes)),
]);

describe('A row as a line of text', () => {
  it('is on one line, and comes back as it was', () => {
    fc.assert(
      fc.property(ROWS, (row) => {
        const line = toLine(row);
        expect(line.indexOf('\n')).toBe(line.length - 1);
        expect(fromLine(line.slice(0, -1), TYPES)).toEqual(row);
      }),
    );
  });

  it('tells nothing from the text that stands for it, and a zero has no sign', () => {
    expect(toLine([null, '\\N', '', -0])).toBe('\\N\t\\\\N\t\t0\n');
    expect(fromLine('\\N\t\\\\N\t', ['text', 'text', 'text'])).toEqual([null, '\\N', '']);
  });

  it('is read with what the server escapes', () => {
    expect(fromLine('\\b\\f\\n\\r\\t\\v\\\\', ['text'])).toEqual(['\b\f\n\r\t\v\\']);
    expect(fromLine('9223372036854775807\tf\t\\\\x00ff', ['integer', 'flag', 'bytes'])).toEqual([
      9_223_372_036_854_775_807n,
      false,
      Buffer.from([0, 255]),
    ]);
  });
});
