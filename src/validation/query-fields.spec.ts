import { describe, expect, it } from '@jest/globals';
import type { ProblemError } from '../problems/problem.error.js';
import {
  CursorField,
  BooleanQueryField,
  IdField,
  LimitField,
  ChoiceQueryField,
  ChoicesQueryField,
  TextsQueryField,
} from './query-fields.js';
import { validate } from './validate.js';

const description = 'Of no matter here.';

class Query {
  @LimitField({ max: 200, fallback: 50 })
  limit = 50;

  @CursorField()
  cursor?: unknown;

  @BooleanQueryField({ description })
  flag?: unknown;

  @ChoiceQueryField({ values: ['a', 'b'], description })
  one?: unknown;

  @ChoicesQueryField({ values: ['a', 'b'], description })
  some?: unknown;

  @TextsQueryField({ max: 3, description })
  texts?: unknown;
}

class Path {
  @IdField('thing')
  id!: unknown;
}

function read(name: keyof Query, value: unknown): unknown {
  return validate(Query, { [name]: value })[name];
}

function refusal(input: object, Dto: new () => object = Query): ProblemError['errors'] {
  try {
    validate(Dto, input);
  } catch (error) {
    return (error as ProblemError).errors;
  }
  throw new Error(`${JSON.stringify(input)} was taken.`);
}

describe('A query parameter', () => {
  it.each<[keyof Query, unknown, unknown]>([
    ['limit', '1', 1],
    ['limit', '200', 200],
    ['limit', 7, 7],
    ['limit', '007', 7],
    ['limit', undefined, 50],
    ['cursor', 'abc', 'abc'],
    ['flag', 'true', true],
    ['flag', 'false', false],
    ['flag', false, false],
    ['one', 'b', 'b'],
    ['some', 'b', ['b']],
    ['some', ['b', 'a', 'b'], ['a', 'b']],
    ['texts', 'x', ['x']],
    ['texts', ['x', '🚨🚨🚨'], ['x', '🚨🚨🚨']],
  ])('%s reads %j', (name, given, value) => {
    expect(read(name, given)).toEqual(value);
  });

  it.each<[keyof Query, unknown]>([
    ['limit', '0'],
    ['limit', '-1'],
    ['limit', '201'],
    ['limit', '1.5'],
    ['limit', '1e2'],
    ['limit', '0x10'],
    ['limit', 'abc'],
    ['limit', ''],
    ['limit', ' 5'],
    ['limit', ['5', '6']],
    ['limit', 0],
    ['limit', 1.5],
    ['limit', NaN],
    ['limit', null],
    ['limit', '١'],
    ['cursor', ''],
    ['cursor', ['a', 'b']],
    ['cursor', 'x'.repeat(2001)],
    ['flag', 'yes'],
    ['flag', '1'],
    ['flag', ''],
    ['flag', ['true', 'true']],
    ['one', 'c'],
    ['one', ['a', 'b']],
    ['some', 'c'],
    ['some', ['a', 'c']],
    ['some', ''],
    ['some', []],
    ['some', Array.from({ length: 21 }, () => 'a')],
    ['texts', ''],
    ['texts', 'abcd'],
    ['texts', ['x', '']],
    ['texts', Array.from({ length: 21 }, () => 'a')],
    ['texts', { x: 'y' }],
  ])('%s refuses %j', (name, given) => {
    expect(refusal({ [name]: given })).toEqual([{ field: name, message: expect.any(String) }]);
  });
});

describe('An id', () => {
  it.each([
    ['1', 1],
    [1, 1],
    ['9007199254740991', Number.MAX_SAFE_INTEGER],
  ])('may be %j', (given, id) => {
    expect(validate(Path, { id: given }).id).toBe(id);
  });

  it.each([
    ['0'],
    ['-1'],
    ['1.5'],
    ['abc'],
    ['9007199254740992'],
    ['99999999999999999999'],
    [''],
    ['1e3'],
    [0],
    [-1],
    [1.5],
    [2 ** 53],
    [NaN],
    [null],
    [true],
    [['1']],
  ])('may not be %j', (given) => {
    expect(refusal({ id: given }, Path)).toEqual([{ field: 'id', message: expect.any(String) }]);
  });

  it('has to be there', () => {
    expect(refusal({}, Path)).toEqual([{ field: 'id', message: 'is required' }]);
  });
});
