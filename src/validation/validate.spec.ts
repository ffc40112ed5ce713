import { describe, expect, it } from '@jest/globals';
import type { ProblemError } from '../problems/problem.error.js';
import { ChoiceField, CountField, TextField } from './fields.js';
import { JsonField, ListField } from './json-fields.js';
import { validate } from './validate.js';
import { RequestValidationPipe } from './validation.pipe.js';

class Part {
  @TextField({ max: 5, description: 'A name.' })
  name!: string;
}

class Base {
  @CountField({ description: 'A number.', optional: true })
  count = 7;
}

class Whole extends Base {
  @ChoiceField({ values: ['a', 'b'], name: 'Kind', description: 'A kind.' })
  kind!: string;

  @ListField({ of: Part, min: 1, max: 2, description: 'Parts.', optional: true })
  parts?: Part[];

  @JsonField({ maxBytes: 100, description: 'Anything.', optional: true })
  details?: unknown;
}

function errorsOf(input: unknown): ProblemError['errors'] {
  try {
    validate(Whole, input);
  } catch (error) {
    return (error as ProblemError).errors;
  }
  throw new Error('It was accepted.');
}

describe('Validating input', () => {
  it('returns an instance with the values as given and the defaults for what is left out', () => {
    const value = validate(Whole, { kind: 'a', parts: [{ name: 'x' }] });
    expect(value).toBeInstanceOf(Whole);
    expect(value.parts?.[0]).toBeInstanceOf(Part);
    expect({ ...value }).toEqual({ kind: 'a', count: 7, parts: [{ name: 'x' }] });
  });

  it('changes nothing in the input', () => {
    const input = Object.freeze({ kind: 'a', details: '{"a":1}' });
    expect(validate(Whole, input).details).toHaveProperty('text', '{"a":1}');
    expect(input.details).toBe('{"a":1}');
  });

  it('names every field that is wrong, unknown or missing, each once', () => {
    const errors = errorsOf({ count: -1, parts: [{ name: '' }, { nmae: 'x' }], extra: 1 });
    const expected = [
      { field: 'parts.0.name', message: 'must be text of 1 to 5 characters' },
      { field: 'parts.1.nmae', message: 'is not a known field; known are: name' },
      { field: 'parts.1.name', message: 'is required' },
      { field: 'extra', message: 'is not a known field; known are: count, kind, parts, details' },
      { field: 'count', message: 'must be a whole number, 0 or more' },
      { field: 'kind', message: 'is required' },
    ];
    expect(errors).toHaveLength(expected.length);
    expect(errors).toEqual(expect.arrayContaining(expected));
  });

  it.each([[[]], ['text'], [1], [true], [new Date()], [new Map()]])('refuses %p as a whole', (input) => {
    expect(errorsOf(input)).toEqual([{ field: '', message: 'must be a JSON object' }]);
  });

  it.each([[undefined], [null]])('takes %p for an object without fields', (input) => {
    expect(errorsOf(input)).toEqual([{ field: 'kind', message: 'is required' }]);
  });

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])(
    'refuses an unknown field %s, and lets it change no object',
    (name) => {
      const input: unknown = JSON.parse(`{"kind":"a","${name}":{"polluted":true}}`);
      expect(errorsOf(input)).toEqual([
        { field: name, message: expect.stringContaining('not a known field') },
      ]);
      expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    },
  );

  it('bounds how many errors it lists and how much of a name it repeats', () => {
    const input = Object.fromEntries(
      Array.from({ length: 8000 }, (_, index) => [`${'x'.repeat(500)}${index}`, 1]),
    );
    const errors = errorsOf({ ...input, kind: 'a' });
    expect(errors).toHaveLength(20);
    expect(JSON.stringify(errors).length).toBeLessThan(10_000);
  });

  it('reads an instance of the class, and of the classes inside it, as a plain object', () => {
    const part = Object.assign(new Part(), { name: 'x' });
    const whole = Object.assign(new Whole(), { kind: 'a', parts: [part] });
    const value = validate(Whole, whole);
    expect(value).not.toBe(whole);
    expect({ ...value }).toEqual({ kind: 'a', count: 7, parts: [{ name: 'x' }] });
    part.name = 'too long';
    expect(errorsOf(Object.assign(whole, { extra: 1 }))).toEqual([
      { field: 'parts.0.name', message: 'must be text of 1 to 5 characters' },
      { field: 'extra', message: expect.stringContaining('not a known field') },
    ]);
  });

  it('refuses an instance of another class', () => {
    expect(errorsOf(new Part())).toEqual([{ field: '', message: 'must be a JSON object' }]);
  });

  it('passes through what it has validated, and nothing that merely looks like it', () => {
    const value = validate(Whole, { kind: 'a' });
    expect(validate(Whole, value)).toBe(value);
    expect(() => validate(Whole, new Whole())).toThrow();
  });
});

describe('The validation pipe', () => {
  const pipe = new RequestValidationPipe();

  it('holds a value to the rules of its class', () => {
    expect(pipe.transform({ kind: 'b' }, { type: 'body', metatype: Whole })).toBeInstanceOf(Whole);
    expect(() => pipe.transform({ kind: 'c' }, { type: 'body', metatype: Whole })).toThrow();
  });

  it('takes an object without a prototype, as Express gives for a query', () => {
    const query: unknown = Object.assign(Object.create(null) as object, { kind: 'b' });
    expect(pipe.transform(query, { type: 'query', metatype: Whole })).toEqual({ kind: 'b', count: 7 });
  });

  it('leaves alone what has no rules', () => {
    expect(pipe.transform('x', { type: 'custom', metatype: String })).toBe('x');
    expect(pipe.transform('x', { type: 'custom' })).toBe('x');
  });
});
