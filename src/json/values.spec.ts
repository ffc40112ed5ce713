import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isPlainObject, MAX_JSON_DEPTH, parseStored, reasonForInvalidJson } from './values.js';

/** `levels` objects, or arrays, inside one another. */
function nest(levels: number, wrap: (inner: unknown) => unknown): unknown {
  let value: unknown = 'innermost';
  for (let level = 0; level < levels; level++) value = wrap(value);
  return value;
}

/** An object that is no plain one. */
class Reading {
  readonly value = 1;
}

const DEPTH = /deeper than 64 levels/;
const NOT_JSON = /nothing but JSON values/;
const NO_DOUBLE = /outside the range of a double/;

describe('Whether a value can be kept as JSON', () => {
  it.each([
    ['objects', (inner: unknown) => ({ inner })],
    ['arrays', (inner: unknown) => [inner]],
    [
      'objects without a prototype',
      (inner: unknown) => Object.assign(Object.create(null) as object, { inner }),
    ],
  ])('allows 64 levels of %s and no more', (_, wrap) => {
    expect(reasonForInvalidJson(nest(MAX_JSON_DEPTH, wrap))).toBeUndefined();
    expect(reasonForInvalidJson(nest(MAX_JSON_DEPTH + 1, wrap))).toMatch(DEPTH);
  });

  it('does not run out of stack on a value of a million levels', () => {
    expect(reasonForInvalidJson(nest(1_000_000, (inner) => [inner]))).toMatch(DEPTH);
  });

  it('refuses a value that contains itself', () => {
    const circle: Record<string, unknown> = {};
    circle['self'] = circle;
    expect(reasonForInvalidJson(circle)).toMatch(DEPTH);
  });

  it.each([
    ['a function', () => 1],
    ['a symbol', Symbol('x')],
    ['a BigInt', 1n],
    ['a Map', new Map()],
    ['an instance of a class', new Reading()],
    ['a boxed text', Object('text')],
    ['a hole in an array', [, 1]], // eslint-disable-line no-sparse-arrays
    ['undefined in an array', [undefined]],
  ])('refuses %s', (_, value) => {
    expect(reasonForInvalidJson({ value })).toMatch(NOT_JSON);
  });

  it.each([[Infinity], [-Infinity], [NaN]])('refuses %p, which JSON would turn into null', (number) => {
    expect(reasonForInvalidJson([number])).toMatch(NO_DOUBLE);
  });

  it('allows an undefined member, which JSON leaves out', () => {
    expect(reasonForInvalidJson({ kept: 1, left: undefined })).toBeUndefined();
  });

  it('looks at what toJSON returns, as JSON.stringify does', () => {
    expect(reasonForInvalidJson({ at: new Date(0) })).toBeUndefined();
    expect(reasonForInvalidJson({ at: { toJSON: () => NaN } })).toMatch(NO_DOUBLE);
    expect(reasonForInvalidJson({ at: { toJSON: () => nest(65, (inner) => [inner]) } })).toMatch(DEPTH);
  });

  it('takes a toJSON, __proto__ or constructor that is mere data for what it is', () => {
    const text = '{"toJSON":{"a":1},"__proto__":{"b":2},"constructor":[3]}';
    const value: unknown = JSON.parse(text);
    expect(reasonForInvalidJson(value)).toBeUndefined();
    expect(JSON.stringify(value)).toBe(text);
  });

  it('allows every JSON text up to the depth bound, and what it allows survives being stored', () => {
    const container = fc.json({ maxDepth: 8 }).filter((text) => /^[[{]/.test(text));
    fc.assert(
      fc.property(container, (text) => {
        const value: unknown = JSON.parse(text);
        expect(reasonForInvalidJson(value)).toBeUndefined();
        const stored = JSON.stringify(value);
        expect(JSON.stringify(parseStored(stored))).toBe(stored);
      }),
    );
  });
});

describe('Reading stored JSON', () => {
  it('returns objects and arrays', () => {
    expect(parseStored('{"a":[1]}')).toEqual({ a: [1] });
    expect(parseStored('[]')).toEqual([]);
  });

  it.each(['plain words', '', '{"cut', '42', 'null', '"quoted"'])(
    'returns the text %j of an old row as it is',
    (text) => {
      expect(parseStored(text)).toBe(text);
    },
  );
});

describe('Whether a value is a plain object', () => {
  it('says so of literals and of objects without a prototype only', () => {
    expect(isPlainObject({})).toBe(true);
    expect(isPlainObject(Object.create(null))).toBe(true);
    for (const other of [null, undefined, [], 'text', 1, new Date(), new Map(), () => 1]) {
      expect(isPlainObject(other)).toBe(false);
    }
  });
});
