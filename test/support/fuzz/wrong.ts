import fc from 'fast-check';
import { REFUSED_TEXTS } from '../../factories/texts.js';
import type { Schema } from './contract.js';
import { nested, RawJson } from './json-text.js';
import { EDGE_MOMENTS, INVALID_MOMENTS } from './moments.js';
import { jsonObject } from './valid.js';

/** A value that is almost right. */
export interface Wrong {
  readonly value: unknown;
  /** Whether it has to be refused; else the service may say yes or no. */
  readonly isSure: boolean;
}

/** Texts up to this length are tried one character too long in every run, longer ones seldom. */
const SHORT = 2000;
const DEPTH = 64;

const SAMPLES: readonly (readonly [type: string, value: unknown])[] = [
  ['null', null],
  ['boolean', true],
  ['number', 42],
  ['string', 'text'],
  ['array', []],
  ['array', ['alert']],
  ['object', {}],
  ['object', { toString: 'x', length: 1, 0: 'a' }],
];

/** Values of a body that differ in one thing from what the schema allows. */
export function wrongValue(schema: Schema): fc.Arbitrary<Wrong> {
  const sure = [...wrongTypes(schema), ...outside(schema)].map((value) => ({ value, isSure: true }));
  const edges = edgesOf(schema).map((value) => ({ value, isSure: false }));
  return fc.oneof(
    ...(sure.length > 0 ? [{ weight: 80, arbitrary: fc.constantFrom(...sure) }] : []),
    ...(edges.length > 0 ? [{ weight: 30, arbitrary: fc.constantFrom(...edges) }] : []),
    ...(takesContainer(schema) ? [{ weight: 40, arbitrary: wrongContainer(schema) }] : []),
    ...(isLongText(schema) ? [{ weight: 2, arbitrary: oversizedText(Number(schema['maxLength'])) }] : []),
  );
}

/** Texts of a query or a path that differ in one thing from what the schema allows. */
export function wrongText(schema: Schema): fc.Arbitrary<Wrong> {
  const one = schema['type'] === 'array' ? (schema['items'] as Schema) : schema;
  const words = [...outside(one).filter(isCarriedByUrl), ...(WRONG_WORDS[String(one['type'])] ?? [])];
  const sure = words.filter((word) => !isOtherwiseRight(one, word));
  const edges = edgesOf(one).map((value) => (value instanceof RawJson ? value.text : value));
  return fc.constantFrom(
    ...sure.map((value) => ({ value: String(value), isSure: true })),
    ...edges.map((value) => ({ value: String(value), isSure: false })),
  );
}

/** Digits are no moment, but the id of a row where either may be named. */
function isOtherwiseRight({ anyOf = [] }: Schema, word: string | number): boolean {
  const mayBeId = (anyOf as Schema[]).some(({ type }) => type === 'integer');
  return mayBeId && /^[1-9]\d*$/.test(String(word));
}

const WRONG_WORDS: Readonly<Record<string, readonly string[]>> = {
  integer: ['-1', '1.5', 'abc', '', '1e2', '0x10', '+5', ' 5', '5 ', '٣', '9'.repeat(20), 'NaN', '1,2'],
  boolean: ['TRUE', '1', '0', 'yes', '', 'true ', 'null', 'truefalse'],
};

/** Filters take any text that a URL can carry; what a body may not hold is only refused there. */
function isCarriedByUrl(value: unknown): value is string | number {
  return typeof value === 'number' || (typeof value === 'string' && !/\0|\p{Surrogate}/u.test(value));
}

/** The types of JSON that the schema lets through. */
function typesOf(schema: Schema): Set<string> {
  const choices = (schema['anyOf'] ?? schema['oneOf'] ?? []) as Schema[];
  const types = new Set(choices.flatMap((choice) => [...typesOf(choice)]));
  const own = schema['type'] ?? (schema['enum'] ? 'string' : undefined);
  if (own !== undefined) types.add(own === 'integer' ? 'number' : String(own));
  if (schema['nullable'] === true) types.add('null');
  return types;
}

function wrongTypes(schema: Schema): unknown[] {
  const allowed = typesOf(schema);
  if (allowed.size === 0) return [];
  return SAMPLES.filter(([type]) => !allowed.has(type)).map(([, value]) => value);
}

function outside(schema: Schema): unknown[] {
  if (Array.isArray(schema['enum'])) return schema['enum'].flatMap((one) => misspelt(String(one)));
  if (schema['anyOf'] && !takesContainer(schema)) return (schema['anyOf'] as Schema[]).flatMap(outside);
  switch (schema['type']) {
    case 'string':
      return schema['format'] === 'date-time' ? [...INVALID_MOMENTS] : wrongTexts(schema);
    case 'integer':
      return [0.5, 1.5, 5e-324, new RawJson('1e400'), new RawJson('-1e400'), ...pastBounds(schema)];
    case 'number':
      return [new RawJson('1e400'), ...pastBounds(schema)];
    case 'array':
      return Number(schema['minItems'] ?? 0) > 0 ? [[]] : [];
    default:
      return [];
  }
}

function misspelt(word: string): string[] {
  return [word.toUpperCase(), `${word} `, ` ${word}`, `${word}s`, word.slice(0, -1), `${word},${word}`, ''];
}

function wrongTexts({ minLength = 0, maxLength }: Schema): string[] {
  const tooShort = Number(minLength) > 0 ? ['x'.repeat(Number(minLength) - 1)] : [];
  const most = Number(maxLength ?? Infinity);
  const tooLong = most <= SHORT ? ['x'.repeat(most + 1), '🚨'.repeat(most + 1)] : [];
  return [...tooShort, ...tooLong, ...REFUSED_TEXTS.map(([, one]) => one)];
}

function pastBounds({ minimum, maximum, type }: Schema): number[] {
  const step = type === 'integer' ? 1 : 1e-9;
  const below = minimum === undefined ? [] : [Number(minimum) - step, -1e300];
  return maximum === undefined ? below : [...below, Number(maximum) + 1, 1e300];
}

function edgesOf(schema: Schema): unknown[] {
  const types = typesOf(schema);
  const moments = schema['format'] === 'date-time' ? EDGE_MOMENTS : [];
  const numbers = types.has('number')
    ? ['-0', '-0.0', '0e10', '1E0', '1e-400', '9007199254740991.0', '1.7976931348623157e308'].map(
        (text) => new RawJson(text),
      )
    : [];
  const isText = types.has('string') && !schema['enum'] && moments.length === 0;
  const texts = isText ? ['\u{10ffff}', '\ufffe', '\u202e', '   ', '\r\n', '\ufeff', '"', '\\'] : [];
  return [...moments, ...numbers, ...texts];
}

function isLongText({ type, maxLength, format }: Schema): boolean {
  return type === 'string' && format === undefined && Number(maxLength ?? 0) > SHORT;
}

function oversizedText(most: number): fc.Arbitrary<Wrong> {
  return fc.constantFrom(
    { value: 'x'.repeat(most + 1), isSure: true },
    { value: 'é'.repeat(most / 2 + 1), isSure: true },
    { value: '\u0001'.repeat(most / 8), isSure: false },
  );
}

function takesContainer(schema: Schema): boolean {
  const choices = (schema['anyOf'] ?? [schema]) as Schema[];
  return choices.some((one) => one['type'] === 'object' && !one['properties']);
}

/** JSON that is allowed to hold anything, at its bounds and past them. */
function wrongContainer(schema: Schema): fc.Arbitrary<Wrong> {
  const raw = (text: string, isSure: boolean): Wrong => ({ value: new RawJson(text), isSure });
  const texts = typesOf(schema).has('string')
    ? ['words', '42', 'null', '"text"', '', '{"a":1', '[1e999]']
    : [];
  const fixed = [
    ...texts.map((value) => ({ value, isSure: true })),
    raw(nested(DEPTH, false), false),
    raw(`{"a":${nested(DEPTH - 1, true)}}`, false),
    raw(nested(DEPTH + 1, false), true),
    raw(`{"a":${nested(DEPTH, true)}}`, true),
    raw(`{"a":${nested(3000, true)}}`, true),
    raw('{"a":1e400}', true),
    raw('{"a":{"b":[-1e999]}}', true),
    raw('{"a":1,"a":2}', false),
    raw('{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}', false),
    raw('{"a":"\\ud800\\u0000","\\udfff":1}', false),
    raw('{"a":0.1e-7,"b":123456789012345678901234567890,"c":-0}', false),
    raw('{"1":1,"0":0,"-1":-1,"a":{"2":2,"1":1}}', false),
  ];
  return fc.oneof(
    fc.constantFrom(...fixed),
    jsonObject().map((value) => ({ value: { ...value, more: new RawJson('1e999') }, isSure: true })),
  );
}
