import 'reflect-metadata';
import type { Rule } from './rules.js';

/** Turns what was sent into what the rules look at. Throws `FieldErrors` when it cannot. */
export type Reader = (value: unknown, path: string) => unknown;

/** A declared field of a request. */
export interface DeclaredField {
  readonly read: Reader;
  /** Whether the rules look at such a value at all: not at one that was left out and may be. */
  readonly isJudged: (value: unknown) => boolean;
  readonly rules: readonly Rule[];
}

/** The names of all fields that are lists of objects, in whatever request: the parser of bodies takes them apart. */
export const listNames = new Set<string>();

/** The names of all fields that may be the text of a document, with the most bytes that any of one name takes. */
export const textDocuments = new Map<string, number>();

const KEY = Symbol('fields');

type Prototype = object;

/** Declares a field of a request. What is declared nowhere is refused as unknown. */
export function declareField(prototype: Prototype, name: string, field: DeclaredField): void {
  const own = new Map(fieldsOf(prototype));
  own.set(name, field);
  Reflect.defineMetadata(KEY, own, prototype);
}

/** The declared fields of a request class, inherited ones included. */
export function fieldsOf(prototype: Prototype): ReadonlyMap<string, DeclaredField> {
  const declared: unknown = Reflect.getMetadata(KEY, prototype);
  return declared instanceof Map
    ? (declared as Map<string, DeclaredField>)
    : new Map<string, DeclaredField>();
}

/**
 * Whether an object passes the rules of its fields. It finds no words for what is wrong: where it says no,
 * class-validator says why. That one looks its rules up, sorts them and makes an error object for each property every
 * time, which is most of what it costs (docs/03-speed.md).
 */
export function passesRules(object: object): boolean {
  for (const [name, { isJudged, rules }] of fieldsOf(object)) {
    const value: unknown = Reflect.get(object, name);
    if (isJudged(value) && !rules.every(({ test }) => test(value, object))) return false;
  }
  return true;
}
