import { describe, expect, it } from '@jest/globals';
import { JsonText } from '../json/index.js';
import type { ProblemError } from '../problems/problem.error.js';
import { AmountField, ChoiceField, CountField, LongTextField, TimestampField, TextField } from './fields.js';
import { JsonField, ListField } from './json-fields.js';
import { validate } from './validate.js';

const description = 'Of no matter here.';

class Item {
  @TextField({ max: 3, description })
  name!: string;
}

/** One field of each kind, all of which may be left out. */
class Sample {
  @TextField({ max: 3, description, optional: true })
  text?: unknown;

  @TextField({ max: 3, description, optional: true, nullable: true })
  nullable?: unknown;

  @LongTextField({ maxBytes: 4, description, optional: true })
  long?: unknown;

  @ChoiceField({ values: ['a', 'b'], name: 'Choice', description, optional: true })
  choice?: unknown;

  @CountField({ description, optional: true })
  count?: unknown;

  @AmountField({ description, optional: true })
  amount?: unknown;

  @TimestampField({ description, optional: true })
  moment?: unknown;

  @JsonField({ maxBytes: 30, description, optional: true })
  json?: unknown;

  @JsonField({ maxBytes: 1_000_000, description, optional: true })
  longJson?: unknown;

  @JsonField({ maxBytes: 30, description, optional: true, nullable: true })
  nullableJson?: unknown;

  @JsonField({ maxBytes: 30, objectOnly: true, description, optional: true })
  object?: unknown;

  @ListField({ of: Item, min: 1, max: 2, description, optional: true })
  list?: unknown;
}

type Name = keyof Sample;

function read(name: Name, value: unknown): unknown {
  const found = validate(Sample, { [name]: value })[name];
  return found instanceof JsonText ? found.parse() : found;
}

function refusal(name: Name, value: unknown): string {
  try {
    validate(Sample, { [name]: value });
  } catch (error) {
    const [first] = (error as ProblemError).errors ?? [];
    expect(first?.field).toBe(name);
    return String(first?.message);
  }
  throw new Error(`${name} took ${JSON.stringify(value)}.`);
}

describe('A field', () => {
  it.each<[Name, unknown]>([
    ['text', 'abc'],
    ['text', '🚨🚨🚨'],
    ['text', ' '],
    ['nullable', null],
    ['long', ''],
    ['long', 'abcd'],
    ['choice', 'b'],
    ['count', 0],
    ['count', Number.MAX_SAFE_INTEGER],
    ['amount', 0],
    ['amount', 0.0068],
    ['amount', 1e300],
    ['json', {}],
    ['json', []],
    ['json', { a: [null, true, 'x'] }],
    ['nullableJson', null],
    ['object', { a: 1 }],
  ])('%s keeps %j as it is', (name, value) => {
    expect(read(name, value)).toEqual(value);
  });

  it.each<[Name, unknown, RegExp]>([
    ['text', '', /1 to 3 characters/],
    ['text', 'abcd', /1 to 3 characters/],
    ['text', null, /1 to 3 characters/],
    ['text', 12, /1 to 3 characters/],
    ['text', ['a'], /1 to 3 characters/],
    ['text', 'a\0', /without NUL/],
    ['text', '\ud800', /well-formed/],
    ['nullable', '', /1 to 3 characters/],
    ['long', 'abcde', /at most 4 bytes/],
    ['long', '🚨x', /at most 4 bytes/],
    ['long', 5, /at most 4 bytes/],
    ['long', '\0', /without NUL/],
    ['choice', 'c', /one of: a, b/],
    ['choice', 'A', /one of: a, b/],
    ['choice', '', /one of: a, b/],
    ['choice', ['a'], /one of: a, b/],
    ['choice', null, /one of: a, b/],
    ['count', -1, /whole number, 0 or more/],
    ['count', 1.5, /whole number, 0 or more/],
    ['count', '1', /whole number, 0 or more/],
    ['count', 2 ** 53, /whole number, 0 or more/],
    ['count', NaN, /whole number, 0 or more/],
    ['count', null, /whole number, 0 or more/],
    ['amount', -0.01, /number, 0 or more/],
    ['amount', Infinity, /number, 0 or more/],
    ['amount', '1', /number, 0 or more/],
    ['moment', 'yesterday', /ISO 8601/],
    ['moment', '2026-11-22T20:15:00 01:00', /write \+ as %2B/],
    ['moment', null, /ISO 8601/],
    ['moment', 1_700_000_000, /ISO 8601/],
    ['json', 'words', /JSON object or array/],
    ['json', '42', /JSON object or array/],
    ['json', 'null', /JSON object or array/],
    ['json', '"text"', /JSON object or array/],
    ['json', '', /JSON object or array/],
    ['json', 42, /JSON object or array/],
    ['json', true, /JSON object or array/],
    ['json', null, /JSON object or array/],
    ['json', new Date(0), /must be a JSON object or array/],
    ['json', { a: 'more than the thirty bytes' }, /at most 30 bytes/],
    ['json', '{"a":"more than the thirty bytes"}', /at most 30 bytes/],
    ['json', `[${' '.repeat(30)}}`, /at most 30 bytes/],
    ['longJson', `[${'1,'.repeat(200_000)}1]`, /more than 200000 JSON values/],
    ['longJson', `[${'1'.repeat(5000)}]`, /number of more than 4096 characters/],
    ['json', '[1e400]', /range of a double/],
    ['object', [], /must be a JSON object$/],
    ['object', '{}', /must be a JSON object$/],
    ['object', new Date(0), /must be a JSON object$/],
    ['list', [], /list of 1 to 2 objects/],
    ['list', [{}, {}, {}], /list of 1 to 2 objects/],
    ['list', { 0: { name: 'a' }, length: 1 }, /list of 1 to 2 objects/],
    ['list', null, /list of 1 to 2 objects/],
  ])('%s refuses %j', (name, value, message) => {
    expect(refusal(name, value)).toMatch(message);
  });

  it('that may be left out may be undefined as well', () => {
    for (const name of ['text', 'long', 'choice', 'count', 'amount', 'moment', 'json', 'list'] as const) {
      expect(read(name, undefined)).toBeUndefined();
    }
  });

  it('of a moment reads it into the one form', () => {
    expect(read('moment', '2026-11-22T21:15:00+01:00')).toBe('2026-11-22T20:15:00.000Z');
    expect(read('moment', new Date(0))).toBe('1970-01-01T00:00:00.000Z');
  });

  it('of JSON parses a text that holds an object or array', () => {
    expect(read('json', ' {"a": [1]} ')).toEqual({ a: [1] });
    expect(read('json', '[]')).toEqual([]);
  });

  it('of JSON keeps a text, and what the body has, to the letter', () => {
    const text = '{"b":1,"101":1.50}';
    const values = [text, ' { "b" : 1 ,\n"101":1.50 } ', JsonText.of(text)];
    for (const json of values) expect(validate(Sample, { json }).json).toHaveProperty('text', text);
  });

  it('of JSON escapes half a character in a text, which UTF-8 cannot carry', () => {
    expect(validate(Sample, { json: '["\ud83d", "🚨"]' }).json).toHaveProperty('text', '["\\ud83d","🚨"]');
  });

  it('of JSON counts bytes and not characters', () => {
    expect(read('json', { a: '🚨🚨🚨🚨🚨' })).toEqual({ a: '🚨🚨🚨🚨🚨' });
    expect(refusal('json', { a: '🚨🚨🚨🚨🚨🚨' })).toMatch(/at most 30 bytes/);
  });

  it('of a list names the item and the field in it', () => {
    const wrong = { list: [{ name: 'ok' }, { name: 'too long' }] };
    expect(() => validate(Sample, wrong)).toThrow(
      expect.objectContaining({
        errors: [{ field: 'list.1.name', message: 'must be text of 1 to 3 characters' }],
      }),
    );
  });
});
