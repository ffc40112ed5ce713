import { ValidateBy, type ValidationArguments, type ValidationOptions } from 'class-validator';

/** Options of a rule with its message. Messages read on after the name of the field. */
export function withMessage(message: string): ValidationOptions {
  return { message };
}

/** How many Unicode code points a text has: the unit of `maxLength` in JSON Schema. */
export function countCharacters(text: string): number {
  let count = text.length;
  for (let at = 0; at < text.length - 1; at++) {
    if (isHighSurrogate(text.charCodeAt(at)) && isLowSurrogate(text.charCodeAt(at + 1))) {
      count--;
      at++;
    }
  }
  return count;
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}

/** Text of a bounded length, in code points. */
export function IsTextOf(min: number, max: number): PropertyDecorator {
  return ValidateBy(
    {
      name: 'isTextOf',
      validator: {
        validate: (value: unknown) => {
          if (typeof value !== 'string') return false;
          const characters = countCharacters(value);
          return characters >= min && characters <= max;
        },
      },
    },
    withMessage(`must be text of ${min} to ${max} characters`),
  );
}

/** Text of a bounded size, in bytes of UTF-8. */
export function IsTextUpToBytes(max: number): PropertyDecorator {
  return ValidateBy(
    {
      name: 'isTextUpToBytes',
      validator: {
        validate: (value: unknown) => typeof value === 'string' && Buffer.byteLength(value) <= max,
      },
    },
    withMessage(`must be text of at most ${max} bytes`),
  );
}

/**
 * Text that a database returns as it was given: well-formed Unicode (no lone surrogates, which UTF-8
 * cannot carry) and no NUL (which SQL functions take for the end).
 */
export function IsStorableText(): PropertyDecorator {
  return ValidateBy(
    {
      name: 'isStorableText',
      validator: {
        validate: (value: unknown) => typeof value === 'string' && isStorable(value),
      },
    },
    withMessage(NOT_STORABLE),
  );
}

export const NOT_STORABLE = 'must be well-formed Unicode without NUL characters';

/** The same for a text that is no field of its own. */
export function isStorable(text: string): boolean {
  return !/\p{Surrogate}/u.test(text) && !text.includes('\0');
}

/** A moment that does not lie before the one in another field of the same request. */
export function IsNotBefore(other: string): PropertyDecorator {
  return ValidateBy(
    {
      name: 'isNotBefore',
      validator: {
        validate: (value: unknown, context?: ValidationArguments) => {
          const earlier: unknown = context && Reflect.get(context.object, other);
          return typeof earlier !== 'string' || typeof value !== 'string' || earlier <= value;
        },
      },
    },
    withMessage(`must not be before ${other}`),
  );
}
