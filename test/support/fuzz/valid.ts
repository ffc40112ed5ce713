import fc from 'fast-check';
import { KEPT_TEXTS } from '../../factories/texts.js';
import type { Schema } from './contract.js';
import { HOSTILE_TEXTS } from './hostile-texts.js';
import { moment } from './moments.js';

/** Values that mean the same row again and again, so that filters, keys and sessions meet what was saved. */
const FEW = ['pve1', 'pve2', 'a', 'ui.theme', 'chat-1', 'chat-2', '0', 'null'];
/** Long enough to be worth a try at its very bound, short enough to be sent often. */
const SHORT = 2000;
const TYPICAL = 40;

/**
 * A value that the schema allows and the service has to accept. What a schema cannot say is known here: text has no NUL
 * and no half of a surrogate pair, and where text stands beside object and array it holds the JSON of one.
 */
export function validValue(schema: Schema): fc.Arbitrary<unknown> {
  const value = validUnlessNull(schema);
  return schema['nullable'] === true
    ? fc.oneof({ weight: 9, arbitrary: value }, { weight: 1, arbitrary: fc.constant(null) })
    : value;
}

/** Texts of a format, where not every text is one. */
const OF_FORMAT: Readonly<Record<string, readonly string[]>> = {
  'time-zone': ['UTC', 'Europe/Berlin', 'Asia/Kathmandu', 'America/St_Johns', 'Pacific/Apia'],
  'keep-options': ['keep-all', 'keep-last=1440', 'keep-last=60,keep-daily=90,keep-weekly=52'],
  'severity-ages': ['keep-all', 'info=90d', 'info=90d,warning=1y'],
  age: ['keep-all', '30d', '2y'],
  'byte-size': ['keep-all', '500MB', '2GB', '1.5TB'],
};

function validUnlessNull(schema: Schema): fc.Arbitrary<unknown> {
  if (Array.isArray(schema['enum'])) return fc.constantFrom(...(schema['enum'] as unknown[]));
  const choices = (schema['anyOf'] ?? schema['oneOf']) as Schema[] | undefined;
  if (choices) return validChoice(choices);
  switch (schema['type']) {
    case 'string':
      return textOf(schema);
    case 'integer':
      return wholeNumber(schema);
    case 'number':
      return fc.double({ ...rangeOf(schema), noNaN: true, noDefaultInfinity: true });
    case 'boolean':
      return fc.boolean();
    case 'array':
      return list(schema);
    case 'object':
      return schema['properties'] ? record(schema) : jsonObject();
    default:
      return fc.jsonValue({ maxDepth: 2 });
  }
}

function validChoice(choices: readonly Schema[]): fc.Arbitrary<unknown> {
  const isJson = choices.some(({ type }) => type === 'object');
  return fc.oneof(
    ...choices.map((choice) =>
      isJson && choice['type'] === 'string'
        ? jsonContainer().map((value) => JSON.stringify(value))
        : validValue(choice),
    ),
  );
}

function textOf(schema: Schema): fc.Arbitrary<unknown> {
  if (schema['format'] === 'date-time') return moment();
  if (typeof schema['pattern'] === 'string') return fc.stringMatching(new RegExp(schema['pattern'], 'u'));
  const texts = OF_FORMAT[String(schema['format'])];
  return texts ? fc.constantFrom(...texts) : text(schema);
}

function text({ minLength = 0, maxLength = SHORT + 1 }: Schema): fc.Arbitrary<string> {
  const [min, max] = [Number(minLength), Number(maxLength)];
  const fits = (one: string): boolean => [...one].length >= min && [...one].length <= max;
  const known = [...KEPT_TEXTS.map(([, one]) => one), ...HOSTILE_TEXTS].filter(fits);
  const bounds = ['x'.repeat(max <= SHORT ? max : SHORT), ...(max <= SHORT ? ['🚨'.repeat(max)] : [])];
  const few = FEW.filter(fits);
  return fc.oneof(
    ...(few.length > 0 ? [{ weight: 40, arbitrary: fc.constantFrom(...few) }] : []),
    ...(known.length > 0 ? [{ weight: 25, arbitrary: fc.constantFrom(...known) }] : []),
    { weight: 30, arbitrary: anyText(min, Math.max(min, Math.min(max, TYPICAL))) },
    { weight: 5, arbitrary: fc.constantFrom(...bounds) },
  );
}

function anyText(minLength: number, maxLength: number): fc.Arbitrary<string> {
  return fc.string({ unit: 'binary', minLength, maxLength }).map((one) => one.replaceAll('\0', '0'));
}

function rangeOf({ minimum, maximum }: Schema): { min?: number; max?: number } {
  return {
    ...(minimum !== undefined && { min: Number(minimum) }),
    ...(maximum !== undefined && { max: Number(maximum) }),
  };
}

function wholeNumber(schema: Schema): fc.Arbitrary<number> {
  const { min = -1000, max = Number.MAX_SAFE_INTEGER } = rangeOf(schema);
  return fc.oneof(
    { weight: 6, arbitrary: fc.integer({ min, max: Math.min(max, min + 100) }) },
    { weight: 3, arbitrary: fc.maxSafeInteger().map((one) => Math.min(max, Math.max(min, Math.abs(one)))) },
    { weight: 1, arbitrary: fc.constantFrom(min, max) },
  );
}

function list(schema: Schema): fc.Arbitrary<unknown[]> {
  const [min, max] = [Number(schema['minItems'] ?? 0), Number(schema['maxItems'] ?? 8)];
  return fc.array(validValue(schema['items'] as Schema), {
    minLength: min,
    maxLength: Math.max(min, Math.min(max, 8)),
  });
}

function record(schema: Schema): fc.Arbitrary<Record<string, unknown>> {
  const properties = Object.entries(schema['properties'] as Record<string, Schema>);
  const required = (schema['required'] ?? []) as string[];
  const model = Object.fromEntries(properties.map(([name, part]) => [name, validValue(part)]));
  return fc.record(model, { requiredKeys: required });
}

const JSON_KEY = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.constantFrom('__proto__', 'constructor', 'toJSON', 'prototype', 'then', 'length', '', '10', '9', '$ref'),
);

/** Any JSON object, with keys that mean something to JavaScript among the others. */
export function jsonObject(): fc.Arbitrary<Record<string, unknown>> {
  return fc
    .uniqueArray(fc.tuple(JSON_KEY, fc.jsonValue({ maxDepth: 3, stringUnit: 'binary' })), {
      maxLength: 6,
      selector: ([key]) => key,
    })
    .map((entries) => Object.fromEntries(entries));
}

export function jsonContainer(): fc.Arbitrary<Record<string, unknown> | unknown[]> {
  return fc.oneof(jsonObject(), fc.array(fc.jsonValue({ maxDepth: 2 }), { maxLength: 5 }));
}
