import { validateSync, type ValidationError } from 'class-validator';
import { isPlainObject } from '../json/index.js';
import { invalidInput, type FieldError } from '../problems/problem.error.js';
import { fieldsOf, passesRules } from './field-registry.js';

/** Thrown by the reader of a field: all errors within the field. */
export class FieldErrors extends Error {
  constructor(readonly errors: readonly FieldError[]) {
    super('unreadable');
  }
}

const validated = new WeakSet<object>();
const MAX_SHOWN_NAME_CHARACTERS = 100;

/**
 * Validates raw input by the rules of `Dto`, over HTTP and in-process alike: reads the declared fields, refuses all
 * others, then applies the rules. An instance that was validated before is returned at once.
 *
 * @param input a plain object or an instance of `Dto`; `undefined` counts as an empty object (a request without a
 * body).
 * @returns an instance of `Dto`; the input itself is never changed.
 * @throws ProblemError `validation_failed`, with every invalid field.
 */
export function validate<T extends object>(Dto: new () => T, input: unknown): T {
  if (input instanceof Dto && validated.has(input)) return input;
  const { value, errors } = check(Dto, input ?? {}, '');
  if (errors.length > 0) throw invalidInput(errors);
  return value;
}

/** Like `validate` for an object inside another: returns the errors, each with its path, instead of throwing. */
export function check<T extends object>(
  Dto: new () => T,
  input: unknown,
  path: string,
): { value: T; errors: FieldError[] } {
  const value = new Dto();
  if (!isPlainObject(input) && !isInstance(Dto, input)) {
    return { value, errors: [{ field: path, message: 'must be a JSON object' }] };
  }
  const { errors, unreadable } = readFields(value, input, path);
  if (!passesRules(value)) {
    for (const failure of validateSync(value, { stopAtFirstError: true, forbidUnknownValues: false })) {
      if (!unreadable.has(failure.property)) {
        errors.push({ field: join(path, failure.property), message: messageOf(failure) });
      }
    }
    if (errors.length === 0)
      throw new Error(`class-validator finds nothing wrong with a ${Dto.name} that breaks a rule`);
  }
  if (errors.length === 0) validated.add(value);
  return { value, errors };
}

/** In-process callers may pass an instance of the class: its fields are read like those of a plain object. */
function isInstance(Dto: new () => object, input: unknown): input is Record<string, unknown> {
  return input instanceof Dto;
}

interface Reading {
  readonly errors: FieldError[];
  /** The fields that could not be read; the rules are not reported for them. */
  readonly unreadable: ReadonlySet<string>;
}

function readFields(target: object, input: Record<string, unknown>, path: string): Reading {
  const fields = fieldsOf(target);
  const errors: FieldError[] = [];
  const unreadable = new Set<string>();
  for (const [name, value] of Object.entries(input)) {
    const declared = fields.get(name);
    const field = join(path, name);
    if (!declared) {
      errors.push({
        field,
        message: `is not a known field; known are: ${[...fields.keys()].join(', ') || 'none'}`,
      });
    } else {
      const found = readField(target, name, () => declared.read(value, field));
      if (found.length > 0) unreadable.add(name);
      errors.push(...found);
    }
  }
  return { errors, unreadable };
}

function readField(target: object, name: string, read: () => unknown): readonly FieldError[] {
  try {
    const value = read();
    if (value !== undefined) Reflect.set(target, name, value);
    return [];
  } catch (error) {
    if (error instanceof FieldErrors) return error.errors;
    throw error;
  }
}

function messageOf(failure: ValidationError): string {
  return Object.values(failure.constraints ?? {})[0] ?? 'is not valid';
}

function join(path: string, name: string): string {
  const short =
    name.length > MAX_SHOWN_NAME_CHARACTERS ? `${name.slice(0, MAX_SHOWN_NAME_CHARACTERS)}…` : name;
  return path ? `${path}.${short}` : short;
}
