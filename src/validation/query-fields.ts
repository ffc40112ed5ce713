import type { ApiPropertyOptions } from '@nestjs/swagger';
import { TIMESTAMP_FORMS, canonicalTimestamp } from '../time/time.js';
import { Field, fieldErrors, type FieldOptions } from './fields.js';
import type { Reader } from './field-registry.js';
import { IS_BOOLEAN, IS_TIME_ZONE, oneOf, textOf, type Rule } from './rules.js';

type QueryFieldOptions = Pick<FieldOptions, 'description'>;

const MAX_CURSOR_CHARACTERS = 2000;
const WHOLE_NUMBER = /^\d{1,16}$/;

/** Reads a whole number, given as a number (in-process) or as digits (in a URL). */
function toWholeNumber(value: unknown): number | undefined {
  const number = typeof value === 'string' && WHOLE_NUMBER.test(value) ? Number(value) : value;
  return Number.isSafeInteger(number) ? (number as number) : undefined;
}

function readWholeNumber(min: number, max: number): Reader {
  return (value, path) => {
    if (value === undefined) return undefined;
    const number = toWholeNumber(value);
    if (number !== undefined && number >= min && number <= max) return number;
    throw fieldErrors(path, `must be one whole number from ${min} to ${max}`);
  };
}

/** The most rows on a page. */
export function LimitField({ max, fallback }: { max: number; fallback: number }): PropertyDecorator {
  return Field(
    { description: `How many at most, 1 to ${max}.`, optional: true },
    {
      read: readWholeNumber(1, max),
      documentation: { type: 'integer', minimum: 1, maximum: max, default: fallback },
    },
  );
}

/** A whole number of a range. */
export function WholeNumberField(
  options: QueryFieldOptions & { min: number; max: number; fallback: number },
): PropertyDecorator {
  const { description, min, max, fallback } = options;
  return Field(
    { description, optional: true },
    {
      read: readWholeNumber(min, max),
      documentation: { type: 'integer', minimum: min, maximum: max, default: fallback },
    },
  );
}

/** The `nextCursor` of the previous page. */
export function CursorField({ max = MAX_CURSOR_CHARACTERS } = {}): PropertyDecorator {
  return Field(
    { description: 'Where to go on: the `nextCursor` of the page before.', optional: true },
    { documentation: { type: 'string' }, rules: [textOf(1, max)] },
  );
}

/** The id of a row. */
export function IdField(what: string): PropertyDecorator {
  return Field(
    { description: `The id of the ${what}.`, example: 1 },
    {
      read: readWholeNumber(1, Number.MAX_SAFE_INTEGER),
      documentation: { type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER },
    },
  );
}

/** The id of a row, as digits or a number; or a time, in canonical form. */
export function IdOrTimeField(options: FieldOptions): PropertyDecorator {
  const id = { type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER };
  return Field(options, {
    read: (value, path) => {
      if (value === undefined) return undefined;
      const known = toWholeNumber(value) ?? canonicalTimestamp(value);
      if (typeof known === 'string' || (known !== undefined && known > 0)) return known;
      throw fieldErrors(path, `must be an id, or an ${TIMESTAMP_FORMS}`);
    },
    documentation: { anyOf: [id, { type: 'string', format: 'date-time' }] },
  });
}

/** `true` or `false`. */
export function BooleanQueryField(options: QueryFieldOptions): PropertyDecorator {
  return Field(
    { ...options, optional: true },
    {
      read: (value) => (value === 'true' ? true : value === 'false' ? false : value),
      documentation: { type: 'boolean' },
      rules: [IS_BOOLEAN],
    },
  );
}

/** One of a fixed set of values. */
export function ChoiceQueryField(
  options: QueryFieldOptions & { values: readonly string[]; fallback?: string },
): PropertyDecorator {
  const { values, fallback } = options;
  return Field(
    { ...options, optional: true },
    {
      documentation: { type: 'string', enum: [...values], default: fallback },
      rules: [oneOf(values)],
    },
  );
}

/** The name of a time zone. */
export function TimeZoneField(options: QueryFieldOptions & { fallback: string }): PropertyDecorator {
  return Field(
    { ...options, description: `${options.description} A name of the IANA database.`, optional: true },
    {
      documentation: {
        type: 'string',
        format: 'time-zone',
        example: 'Europe/Berlin',
        default: options.fallback,
      },
      rules: [IS_TIME_ZONE],
    },
  );
}

/** One or more of a fixed set of values: `?type=alert&type=action`. */
export function ChoicesQueryField(
  options: QueryFieldOptions & { values: readonly string[] },
  ofWrong: (path: string, index: number) => string = (path) => path,
): PropertyDecorator {
  const { values } = options;
  return Field(
    { ...options, optional: true },
    {
      read: readRepeated(oneOf(values), ofWrong),
      documentation: arrayOf({ type: 'string', enum: [...values] }),
    },
  );
}

/** One or more texts of 1 to `max` characters: `?node=pve1&node=pve2`. */
export function TextsQueryField(options: QueryFieldOptions & { max: number }): PropertyDecorator {
  return Field(
    { ...options, optional: true },
    {
      read: readRepeated(textOf(1, options.max), (path) => path),
      documentation: arrayOf({ type: 'string', minLength: 1, maxLength: options.max }),
    },
  );
}

const MAX_REPEATS = 20;

function arrayOf(items: object): ApiPropertyOptions {
  return { type: 'array', items, minItems: 1, maxItems: MAX_REPEATS };
}

function readRepeated({ test, message }: Rule, ofWrong: (path: string, index: number) => string): Reader {
  return (value, path) => {
    if (value === undefined) return undefined;
    const values: unknown[] = Array.isArray(value) ? value : [value];
    if (values.length === 0 || values.length > MAX_REPEATS) {
      throw fieldErrors(path, `must be given 1 to ${MAX_REPEATS} times`);
    }
    const wrong = values.findIndex((one) => typeof one !== 'string' || !test(one, values));
    if (wrong >= 0) throw fieldErrors(ofWrong(path, wrong), message);
    return [...new Set(values as string[])].sort();
  };
}
