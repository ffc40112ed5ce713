import { applyDecorators } from '@nestjs/common';
import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import { IsDefined, IsIn, IsInt, IsNumber, Max, Min, ValidateIf } from 'class-validator';
import { containerSchemas, isPlainObject, rememberText, whyNotJson } from '../json/index.js';
import type { FieldError } from '../problem/problem.error.js';
import { MOMENT_FORMS, toInstant } from '../time.js';
import { declareField, type Reader } from './field-registry.js';
import { IsStorableText, IsTextOf, IsTextUpToBytes, says } from './rules.js';
import { check, Unreadable } from './validate.js';

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
    ...(optional ? [] : [IsDefined(says('is required'))]),
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
    rules: [IsIn([...options.values], says(`must be one of: ${options.values.join(', ')}`))],
  });
}

/** True or false. */
export function SwitchField(options: FieldOptions): PropertyDecorator {
  return Field(options, {
    documentation: { type: 'boolean' },
    rules: [IsIn([true, false], says('must be true or false'))],
  });
}

/** A whole number, 0 or more. */
export function CountField(options: FieldOptions): PropertyDecorator {
  const message = says('must be a whole number, 0 or more');
  return Field(options, {
    documentation: { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER },
    rules: [IsInt(message), Min(0, message), Max(Number.MAX_SAFE_INTEGER, message)],
  });
}

/** An amount of money, 0 or more. */
export function AmountField(options: FieldOptions): PropertyDecorator {
  const message = says('must be a number, 0 or more');
  return Field(options, {
    documentation: { type: 'number', minimum: 0 },
    rules: [IsNumber({ allowNaN: false, allowInfinity: false }, message), Min(0, message)],
  });
}

const readMoment: Reader = (value, path) => {
  if (value === undefined) return undefined;
  const instant = toInstant(value);
  if (instant !== undefined) return instant;
  const hint =
    typeof value === 'string' && / \d\d(?::?\d\d)?$/.test(value) ? ' (in a URL, write + as %2B)' : '';
  throw unreadable(path, `must be an ${MOMENT_FORMS}${hint}`);
};

/** A moment; the rules see it in the one form of time. */
export function MomentField(options: FieldOptions): PropertyDecorator {
  const description = `${options.description} Accepted: an ${MOMENT_FORMS}.`;
  return Field(
    { ...options, description },
    {
      read: (value, path) => (options.nullable && value === null ? null : readMoment(value, path)),
      documentation: { type: 'string', format: 'date-time' },
      rules: [],
    },
  );
}

interface JsonBounds {
  readonly maxBytes: number;
  readonly objectOnly?: boolean;
}

/** Any JSON object or array, or a text that holds one, up to `maxBytes` as JSON text. */
export function JsonField(options: FieldOptions & JsonBounds): PropertyDecorator {
  const { objectOnly = false } = options;
  return Field(options, {
    read: (value, path) => (options.nullable && value === null ? null : readJson(value, path, options)),
    documentation: objectOnly
      ? { type: 'object', additionalProperties: true }
      : { anyOf: containerSchemas(options.nullable ?? false) },
    rules: [],
  });
}

function readJson(value: unknown, path: string, { objectOnly, maxBytes }: JsonBounds): unknown {
  if (value === undefined) return undefined;
  const parsed = typeof value === 'string' && !objectOnly ? parseContainer(value) : value;
  const what = objectOnly ? 'must be a JSON object' : 'must be a JSON object or array, or text of one';
  if (!isPlainObject(parsed) && !(Array.isArray(parsed) && !objectOnly)) throw unreadable(path, what);
  const reason = whyNotJson(parsed);
  if (reason) throw unreadable(path, reason);
  const text = JSON.stringify(parsed);
  // An object of the same process may turn itself into something else (`toJSON`).
  if (!text.startsWith('{') && !text.startsWith('[')) throw unreadable(path, what);
  if (Buffer.byteLength(text) > maxBytes) throw unreadable(path, `must be at most ${maxBytes} bytes of JSON`);
  rememberText(parsed, text);
  return parsed;
}

function parseContainer(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A list of `min` to `max` objects, each held to the rules of its own class. */
export function ListField(
  options: FieldOptions & { of: new () => object; min: number; max: number },
): PropertyDecorator {
  const { of, min, max } = options;
  return Field(options, {
    read: (value, path) => (value === undefined ? undefined : readList(value, path, options)),
    documentation: { type: [of], minItems: min, maxItems: max },
    rules: [],
  });
}

function readList(
  value: unknown,
  path: string,
  options: { of: new () => object; min: number; max: number },
): unknown {
  const { of, min, max } = options;
  if (!Array.isArray(value) || value.length < min || value.length > max) {
    throw unreadable(path, `must be a list of ${min} to ${max} objects`);
  }
  const errors: FieldError[] = [];
  const items = value.map((item: unknown, index) => {
    const checked = check(of, item, `${path}.${index}`);
    errors.push(...checked.errors);
    return checked.value;
  });
  if (errors.length > 0) throw new Unreadable(errors);
  return items;
}

export function unreadable(field: string, message: string): Unreadable {
  return new Unreadable([{ field, message }]);
}
