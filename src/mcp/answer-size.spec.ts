import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { encode } from 'gpt-tokenizer/encoding/o200k_base';
import { JsonText, writeJson } from '../json/index.js';
import {
  endOfPart,
  fillAnswer,
  firstPartOf,
  MAX_ANSWER_BYTES,
  placed,
  type Continuation,
  type Item,
} from './answer-size.js';

/** Any text that a database returns, with many characters that JSON escapes. */
const TEXT = fc.string({
  unit: fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom('a', ' ', 'é', '語', '🚨') },
    { weight: 1, arbitrary: fc.constantFrom('"', '\\', '\n', '\u0001') },
  ),
  maxLength: 9000,
  size: 'max',
});
const ITEM = fc.record({ id: fc.nat(), summary: TEXT, content: TEXT }, { requiredKeys: ['id'] });

async function pagesOf(items: readonly Item[], beside: object = {}): Promise<Item[][]> {
  const pages: Item[][] = [];
  let begin: Continuation | undefined;
  do {
    const page = await fillAnswer(placed(items, Number(begin?.place ?? 0)), begin, beside);
    expect(Buffer.byteLength(writeJson({ ...beside, items: page.items }))).toBeLessThan(
      MAX_ANSWER_BYTES - 300,
    );
    pages.push(page.items);
    begin = page.next;
  } while (begin);
  return pages;
}

/** The items again, from their parts. */
function joined(pages: readonly Item[][]): unknown[] {
  const byId: Record<string, unknown>[] = [];
  for (const { part, ...item } of pages.flat()) {
    const isContinued = part !== undefined && (part as { from: number }).from > 0;
    const last = byId.at(-1);
    if (!isContinued || !last) {
      byId.push(item);
      continue;
    }
    for (const [name, value] of Object.entries(item)) {
      last[name] = typeof value === 'string' ? `${String(last[name] ?? '')}${value}` : value;
    }
  }
  return byId;
}

const withoutEmpty = (item: object): object =>
  Object.fromEntries(Object.entries(item).filter(([, value]) => value !== ''));

describe('Answers', () => {
  it('go on where other things leave no room', async () => {
    const beside = { missing: ['x'.repeat(MAX_ANSWER_BYTES)] };
    const { next } = await fillAnswer(placed([{ content: '🚨 long' }]), undefined, beside);
    expect(next).toEqual({ place: '0', from: 2 });
  });

  it('are never larger than there is room, and hold everything', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(ITEM, { maxLength: 4 }), async (items) => {
        const pages = await pagesOf(items, { missing: ['event 1'] });
        expect(joined(pages).map((item) => withoutEmpty(item as object))).toEqual(items.map(withoutEmpty));
      }),
      { numRuns: 30 },
    );
  });

  it('have as many small items as fit, and a cut one alone', async () => {
    const small = Array.from({ length: 100 }, (_, id) => ({ id, content: 'x'.repeat(500) }));
    expect((await pagesOf(small)).map(({ length }) => length)).toEqual([14, 14, 14, 14, 14, 14, 14, 2]);
    const long = { id: 1, content: 'x'.repeat(10_000) };
    const [first = [], ...rest] = await pagesOf([{ id: 0 }, long, { id: 2 }]);
    expect(first).toEqual([{ id: 0 }]);
    expect(rest.map((page) => page.length)).toEqual([1, 2]);
  });

  it('hold a document as text where it is cut, and as it is where not', async () => {
    const document = JsonText.of(`[${'12345678901234567890,'.repeat(500)}1]`);
    const pages = await pagesOf([{ details: document }, { details: JsonText.of('{}') }]);
    expect(
      pages
        .flat()
        .slice(0, -1)
        .map(({ details }) => details)
        .join(''),
    ).toBe(document.text);
    expect(pages.flat().at(-1)).toEqual({ details: JsonText.of('{}') });
  });

  it('have no more tokens than bytes', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }), TEXT), (text) => {
        expect(encode(text, { disallowedSpecial: new Set() }).length).toBeLessThanOrEqual(
          Buffer.byteLength(text),
        );
      }),
      { numRuns: 50 },
    );
  });
});

describe('The first part of an item', () => {
  it('is all of a small one, and says how much it is of a large one', () => {
    expect(firstPartOf({ id: 1, content: 'x' })).toEqual({ text: '{"id":1,"content":"x"}', share: 1 });
    const { text, share } = firstPartOf({ id: 1, content: 'x'.repeat(100_000) });
    expect(text.length).toBeLessThanOrEqual(MAX_ANSWER_BYTES);
    expect(text.length / share).toBeGreaterThan(99_000);
  });
});

describe('A part of a text', () => {
  it('is the longest whose JSON fits, and splits no character', () => {
    fc.assert(
      fc.property(TEXT, fc.nat({ max: 200 }), (text, bytes) => {
        const end = endOfPart(text, 0, bytes);
        const size = (to: number): number => Buffer.byteLength(JSON.stringify(text.slice(0, to))) - 2;
        expect(size(end)).toBeLessThanOrEqual(bytes);
        expect(text.slice(0, end)).not.toMatch(/\p{Surrogate}/u);
        if (end < text.length)
          expect(size(end + ((text.codePointAt(end) ?? 0) > 0xffff ? 2 : 1))).toBeGreaterThan(bytes);
      }),
    );
  });
});
