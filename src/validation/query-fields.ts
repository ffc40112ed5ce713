import type { ApiPropertyOptions } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { Field, fieldErrors, type FieldOptions } from './fields.js';
import type { Reader } from './field-registry.js';
import { countCharacters, IsTextOf, withMessage } from './rules.js';

type QueryFieldOptions = Pick<FieldOptions, 'description'>;

const WHOLE_NUMBER = /^\d{1,16}$/;

/** Reads a whole number given as such (in-process) or as digits (in a URL); anything else is left to the rules. */
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

/** How many rows a page holds at most. */
export function LimitField({ max, fallback }: { max: number; fallback: number }): PropertyDecorator {
  return Field(
    { description: `How many at most, 1 to ${max}.`, optional: true },
    {
      read: readWholeNumber(1, max),
      documentation: { type: 'integer', minimum: 1, maximum: max, default: fallback },
      rules: [],
    },
  );
}

/** The `nextCursor` of the page before. */
export function CursorField(): PropertyDecorator {
  return Field(
    { description: 'Where to go on: the `nextCursor` of the page before.', optional: true },
    { documentation: { type: 'string' }, rules: [IsTextOf(1, 2000)] },
  );
}

/** The id of a row. */
export function IdField(what: string): PropertyDecorator {
  return Field(
    { description: `The id of the ${what}.`, example: 1 },
    {
      read: readWholeNumber(1, Number.MAX_SAFE_INTEGER),
      documentation: { type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER },
      rules: [],
    },
  );
}

/** `true` or `false`. */
export function FlagField(options: QueryFieldOptions): PropertyDecorator {
  return Field(
    { ...options, optional: true },
    {
      read: (value) => (value === 'true' ? true : value === 'false' ? false : value),
      documentation: { type: 'boolean' },
      rules: [IsIn([true, false], withMessage('must be true or false'))],
    },
  );
}

/** One of a fixed set of values. */
export function OptionField(
  options: QueryFieldOptions & { values: readonly string[]; fallback?: string },
): PropertyDecorator {
  const { values, fallback } = options;
  return Field(
    { ...options, optional: true },
    {
      documentation: { type: 'string', enum: [...values], default: fallback },
      rules: [IsIn([...values], withMessage(`must be one of: ${values.join(', ')}`))],
    },
  );
}

/** One or more of a fixed set of values: `?type=alert&type=action`. */
export function OptionsField(options: QueryFieldOptions & { values: readonly string[] }): PropertyDecorator {
  const { values } = options;
  const message = `must be one of: ${values.join(', ')}`;
  return Field(
    { ...options, optional: true },
    {
      read: readSeveral((value) => values.includes(value), message),
      documentation: severalOf({ type: 'string', enum: [...values] }),
      rules: [],
    },
  );
}

/** One or more texts of 1 to `max` characters: `?node=pve1&node=pve2`. */
export function TextsField(options: QueryFieldOptions & { max: number }): PropertyDecorator {
  const fits = (value: string): boolean => value.length > 0 && countCharacters(value) <= options.max;
  return Field(
    { ...options, optional: true },
    {
      read: readSeveral(fits, `must be text of 1 to ${options.max} characters`),
      documentation: severalOf({ type: 'string', minLength: 1, maxLength: options.max }),
      rules: [],
    },
  );
}

const MOST_VALUES = 20;

function severalOf(items: object): ApiPropertyOptions {
  return { type: 'array', items, minItems: 1, maxItems: MOST_VALUES };
}

function readSeveral(fits: (value: string) => boolean, message: string): Reader {
  return (value, path) => {
    if (value === undefined) return undefined;
    const values: unknown[] = Array.isArray(value) ? value : [value];
    if (values.length === 0 || values.length > MOST_VALUES) {
      throw fieldErrors(path, `must be given 1 to ${MOST_VALUES} times`);
    }
    if (!values.every((one): one is string => typeof one === 'string' && fits(one)))
      throw fieldErrors(path, message);
    return [...new Set(values)].sort();
  };
}
