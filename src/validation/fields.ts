import { applyDecorators } from '@nestjs/common';
import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import { ValidateIf } from 'class-validator';
import { TIMESTAMP_FORMS, canonicalTimestamp } from '../time/time.js';
import { declareField, type Reader } from './field-registry.js';
import {
  ValidateRule,
  IS_AMOUNT,
  IS_BOOLEAN,
  IS_REQUIRED,
  IS_STORABLE,
  notBefore,
  oneOf,
  textOf,
  textUpToBytes,
  wholeNumber,
  type Rule,
} from './rules.js';
import { FieldErrors } from './validate.js';

/** The options of every request field. */
export interface FieldOptions {
  readonly description: string;
  readonly example?: unknown;
  /** May be left out. */
  readonly optional?: boolean;
  /** May be `null`, which means the same as leaving the field out. */
  readonly nullable?: boolean;
}

const readUnchanged: Reader = (value) => value;

export interface FieldDefinition {
  readonly read?: Reader;
  readonly documentation: ApiPropertyOptions;
  /** All rules must hold. */
  readonly rules?: readonly Rule[];
}

/** Declares how a field is read, which rules hold, and how it is documented. */
export function Field(options: FieldOptions, definition: FieldDefinition): PropertyDecorator {
  const { description, example, optional = false, nullable = false } = options;
  const plain = 'type' in definition.documentation || 'enum' in definition.documentation;
  const documentation = {
    ...definition.documentation,
    description,
    example,
    nullable: (nullable && plain) || undefined,
    required: !optional,
  };
  const isPresent = (value: unknown): boolean =>
    !(optional && value === undefined) && !(nullable && value === null);
  const rules = [...(optional ? [] : [IS_REQUIRED]), ...(definition.rules ?? [])];
  return applyDecorators(
    (target: object, name: string | symbol) => {
      const { read = readUnchanged } = definition;
      declareField(target, String(name), { read, isPresent, rules, required: !optional, documentation });
    },
    ApiProperty(documentation as ApiPropertyOptions),
    ValidateIf((_, value) => isPresent(value)),
    ...rules.map(ValidateRule),
  );
}

/** Text of `min` (1) to `max` characters, kept exactly as sent. */
export function TextField(options: FieldOptions & { min?: number; max: number }): PropertyDecorator {
  const { min = 1, max } = options;
  return Field(options, {
    documentation: { type: 'string', minLength: min, maxLength: max },
    rules: [textOf(min, max), IS_STORABLE],
  });
}

/** Text of at most `maxBytes` bytes in UTF-8, kept exactly as sent; it may be empty. */
export function LongTextField(
  options: FieldOptions & { maxBytes: number; read?: Reader; otherTypes?: readonly string[] },
): PropertyDecorator {
  const text = { type: 'string', maxLength: options.maxBytes };
  const otherTypes = options.otherTypes?.map((type) => ({ type }));
  return Field(options, {
    read: options.read,
    documentation: (otherTypes ? { anyOf: [text, ...otherTypes] } : text) as ApiPropertyOptions,
    rules: [textUpToBytes(options.maxBytes), IS_STORABLE],
  });
}

/** One of a fixed set of values. */
export function ChoiceField(
  options: FieldOptions & { values: readonly string[]; name: string; fallback?: string },
): PropertyDecorator {
  return Field(options, {
    documentation: { enum: [...options.values], enumName: options.name, default: options.fallback },
    rules: [oneOf(options.values)],
  });
}

/** True or false. */
export function BooleanField(options: FieldOptions): PropertyDecorator {
  return Field(options, {
    documentation: { type: 'boolean' },
    rules: [IS_BOOLEAN],
  });
}

/** A whole number, 0 or more. */
export function CountField(options: FieldOptions): PropertyDecorator {
  return Field(options, {
    documentation: { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER },
    rules: [wholeNumber(0, Number.MAX_SAFE_INTEGER, 'must be a whole number, 0 or more')],
  });
}

/** An amount of money, 0 or more. */
export function AmountField(options: FieldOptions): PropertyDecorator {
  return Field(options, { documentation: { type: 'number', minimum: 0 }, rules: [IS_AMOUNT] });
}

const readTimestamp: Reader = (value, path) => {
  if (value === undefined) return undefined;
  const instant = canonicalTimestamp(value);
  if (instant !== undefined) return instant;
  const hint =
    typeof value === 'string' && / \d\d(?::?\d\d)?$/.test(value) ? ' (in a URL, write + as %2B)' : '';
  throw fieldErrors(path, `must be an ${TIMESTAMP_FORMS}${hint}`);
};

/**
 * A timestamp; the rules get it in canonical form.
 * @param notBefore another field that it must not precede.
 */
export function TimestampField(options: FieldOptions & { notBefore?: string }): PropertyDecorator {
  const description = `${options.description} Accepted: an ${TIMESTAMP_FORMS}.`;
  return Field(
    { ...options, description },
    {
      read: (value, path) => (options.nullable && value === null ? null : readTimestamp(value, path)),
      documentation: { type: 'string', format: 'date-time' },
      rules: options.notBefore === undefined ? [] : [notBefore(options.notBefore)],
    },
  );
}

export function fieldErrors(field: string, message: string): FieldErrors {
  return new FieldErrors([{ field, message }]);
}
