import 'reflect-metadata';
import type { Rule } from './rules.js';

/** Converts a sent value for the rules. Throws `FieldErrors` where it cannot. */
export type Reader = (value: unknown, path: string) => unknown;

/** A declared field of a request. */
export interface DeclaredField {
  readonly read: Reader;
  /** Whether the rules apply: not to an optional field that was left out. */
  readonly isPresent: (value: unknown) => boolean;
  readonly rules: readonly Rule[];
  /** Whether it has to be given. */
  readonly required: boolean;
  /** Its OpenAPI schema. */
  readonly documentation: Readonly<Record<string, unknown>>;
}

/** The names of all fields, of any request, that are lists and no documents: the body parser needs them. */
export const listNames = new Set<string>();

/** The names of all fields that may be the text of a document, with the largest maximum in bytes of each name. */
export const textDocuments = new Map<string, number>();

const KEY = Symbol('fields');

type Prototype = object;

/** Declares a field of a request. Undeclared fields are refused as unknown. */
export function declareField(prototype: Prototype, name: string, field: DeclaredField): void {
  const own = new Map(fieldsOf(prototype));
  own.set(name, field);
  Reflect.defineMetadata(KEY, own, prototype);
}

/** Takes inherited fields back: a request that has them is refused. */
export function WithoutFields(...names: readonly string[]): ClassDecorator {
  return ({ prototype }: { prototype: unknown }) => {
    const kept = [...fieldsOf(prototype as Prototype)].filter(([name]) => !names.includes(name));
    Reflect.defineMetadata(KEY, new Map(kept), prototype as Prototype);
  };
}

/** The declared fields of a request class, inherited ones included. */
export function fieldsOf(prototype: Prototype): ReadonlyMap<string, DeclaredField> {
  const declared: unknown = Reflect.getMetadata(KEY, prototype);
  return declared instanceof Map
    ? (declared as Map<string, DeclaredField>)
    : new Map<string, DeclaredField>();
}

/**
 * Whether an object satisfies the rules of its fields. Only where it does not, class-validator is called for the
 * messages: it looks its rules up, sorts them and creates an error object for each property on every call, which is
 * most of its cost (docs/03-speed.md).
 */
export function passesRules(object: object): boolean {
  for (const [name, { isPresent, rules }] of fieldsOf(object)) {
    const value: unknown = Reflect.get(object, name);
    if (isPresent(value) && !rules.every(({ test }) => test(value, object))) return false;
  }
  return true;
}
