import { applyDecorators } from '@nestjs/common';
import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import { IsDefined, IsIn, IsInt, IsNumber, Max, Min, ValidateIf } from 'class-validator';
import { TIMESTAMP_FORMS, canonicalTimestamp } from '../time/time.js';
import { declareField, type Reader } from './field-registry.js';
import { IsStorableText, IsTextOf, IsTextUpToBytes, withMessage } from './rules.js';
import { FieldErrors } from './validate.js';

/** What every field of a request says about itself. */
export interface FieldOptions {
  readonly description: string;
  readonly example?: unknown;
  /** May be left out. */
  readonly optional?: boolean;
  /** May be `null`, which means the same as leaving it out. */
  readonly nullable?: boolean;
}

const asGiven: Reader = (value) => value;

export interface FieldDefinition {
  readonly read?: Reader;
  readonly documentation: ApiPropertyOptions;
  readonly rules: readonly PropertyDecorator[];
}

/** One decorator for one field: how it is read, which rules hold, how it is documented. */
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
  return applyDecorators(
    (target: object, name: string | symbol) => {
      declareField(target, String(name), definition.read ?? asGiven);
    },
    ApiProperty(documentation as ApiPropertyOptions),
    ValidateIf((_, value) => !(optional && value === undefined) && !(nullable && value === null)),
    ...(optional ? [] : [IsDefined(withMessage('is required'))]),
    ...definition.rules,
  );
}

/** Text of `min` (1) to `max` characters, kept exactly as sent. */
export function TextField(options: FieldOptions & { min?: number; max: number }): PropertyDecorator {
  const { min = 1, max } = options;
  return Field(options, {
    documentation: { type: 'string', minLength: min, maxLength: max },
    rules: [IsTextOf(min, max), IsStorableText()],
  });
}

/** Text of at most `maxBytes` bytes in UTF-8, kept exactly as sent; it may be empty. */
export function LongTextField(
  options: FieldOptions & { maxBytes: number; read?: Reader; alsoTakes?: readonly string[] },
): PropertyDecorator {
  const text = { type: 'string', maxLength: options.maxBytes };
  const others = options.alsoTakes?.map((type) => ({ type }));
  return Field(options, {
    read: options.read,
    documentation: (others ? { anyOf: [text, ...others] } : text) as ApiPropertyOptions,
    rules: [IsTextUpToBytes(options.maxBytes), IsStorableText()],
  });
}

/** One of a fixed set of values. */
export function ChoiceField(
  options: FieldOptions & { values: readonly string[]; name: string; fallback?: string },
): PropertyDecorator {
  return Field(options, {
    documentation: { enum: [...options.values], enumName: options.name, default: options.fallback },
    rules: [IsIn([...options.values], withMessage(`must be one of: ${options.values.join(', ')}`))],
  });
}

/** True or false. */
export function SwitchField(options: FieldOptions): PropertyDecorator {
  return Field(options, {
    documentation: { type: 'boolean' },
    rules: [IsIn([true, false], withMessage('must be true or false'))],
  });
}

/** A whole number, 0 or more. */
export function CountField(options: FieldOptions): PropertyDecorator {
  const message = withMessage('must be a whole number, 0 or more');
  return Field(options, {
    documentation: { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER },
    rules: [IsInt(message), Min(0, message), Max(Number.MAX_SAFE_INTEGER, message)],
  });
}

/** An amount of money, 0 or more. */
export function AmountField(options: FieldOptions): PropertyDecorator {
  const message = withMessage('must be a number, 0 or more');
  return Field(options, {
    documentation: { type: 'number', minimum: 0 },
    rules: [IsNumber({ allowNaN: false, allowInfinity: false }, message), Min(0, message)],
  });
}

const readTimestamp: Reader = (value, path) => {
  if (value === undefined) return undefined;
  const instant = canonicalTimestamp(value);
  if (instant !== undefined) return instant;
  const hint =
    typeof value === 'string' && / \d\d(?::?\d\d)?$/.test(value) ? ' (in a URL, write + as %2B)' : '';
  throw fieldErrors(path, `must be an ${TIMESTAMP_FORMS}${hint}`);
};

/** A moment; the rules see it in canonical form. */
export function TimestampField(options: FieldOptions): PropertyDecorator {
  const description = `${options.description} Accepted: an ${TIMESTAMP_FORMS}.`;
  return Field(
    { ...options, description },
    {
      read: (value, path) => (options.nullable && value === null ? null : readTimestamp(value, path)),
      documentation: { type: 'string', format: 'date-time' },
      rules: [],
    },
  );
}

export function fieldErrors(field: string, message: string): FieldErrors {
  return new FieldErrors([{ field, message }]);
}
