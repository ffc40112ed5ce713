import { ValidateBy, type ValidationArguments } from 'class-validator';
import { isTimeZone } from '../time/days.js';

/** A condition on a value. The message follows the name of the field. */
export interface Rule {
  readonly name: string;
  readonly message: string;
  /** @param object the request to which the field belongs. */
  readonly test: (value: unknown, object: object) => boolean;
}

/** Registers a rule with class-validator, which produces the messages. */
export function ValidateRule({ name, message, test }: Rule): PropertyDecorator {
  const validate = (value: unknown, context?: ValidationArguments): boolean =>
    test(value, context?.object ?? {});
  return ValidateBy({ name, validator: { validate } }, { message });
}

export const IS_REQUIRED: Rule = {
  name: 'isRequired',
  message: 'is required',
  test: (value) => value !== undefined && value !== null,
};

/** One of a fixed set of values. */
export function oneOf(values: readonly unknown[], message = `must be one of: ${values.join(', ')}`): Rule {
  return { name: 'oneOf', message, test: (value) => values.includes(value) };
}

export const IS_BOOLEAN = oneOf([true, false], 'must be true or false');

/** A whole number that a double holds exactly. */
export function wholeNumber(min: number, max: number, message: string): Rule {
  const test = (value: unknown): boolean =>
    Number.isInteger(value) && Number(value) >= min && Number(value) <= max;
  return { name: 'wholeNumber', message, test };
}

export const IS_AMOUNT: Rule = {
  name: 'isAmount',
  message: 'must be a number, 0 or more',
  test: (value) => Number.isFinite(value) && Number(value) >= 0,
};

/** The number of Unicode code points: the unit of `maxLength` in JSON Schema. */
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
export function textOf(min: number, max: number): Rule {
  return {
    name: 'textOf',
    message: `must be text of ${min} to ${max} characters`,
    test: (value) => {
      if (typeof value !== 'string') return false;
      const characters = countCharacters(value);
      return characters >= min && characters <= max;
    },
  };
}

/** Text of a bounded size, in bytes of UTF-8. */
export function textUpToBytes(max: number): Rule {
  return {
    name: 'textUpToBytes',
    message: `must be text of at most ${max} bytes`,
    test: (value) => typeof value === 'string' && Buffer.byteLength(value) <= max,
  };
}

/**
 * Text that a database returns unchanged: well-formed Unicode (no lone surrogates, which UTF-8 cannot represent) and
 * no NUL (at which SQL functions end a text).
 */
export const IS_STORABLE: Rule = {
  name: 'isStorable',
  message: 'must be well-formed Unicode without NUL characters',
  test: (value) => typeof value === 'string' && !/\p{Surrogate}/u.test(value) && !value.includes('\0'),
};

export const IS_TIME_ZONE: Rule = {
  name: 'isTimeZone',
  message: 'must be the name of a time zone, such as Europe/Berlin or UTC',
  test: (value) => typeof value === 'string' && isTimeZone(value),
};

/** A timestamp that is not before the one in another field of the same request. */
export function notBefore(other: string): Rule {
  return {
    name: 'notBefore',
    message: `must not be before ${other}`,
    test: (value, object) => {
      const earlier: unknown = Reflect.get(object, other);
      return typeof earlier !== 'string' || typeof value !== 'string' || earlier <= value;
    },
  };
}
