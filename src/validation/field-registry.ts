import 'reflect-metadata';

/** Turns what was sent into what the rules look at. Throws `FieldErrors` when it cannot. */
export type Reader = (value: unknown, path: string) => unknown;

/** The names of all fields that are lists of objects, in whatever request: the parser of bodies takes them apart. */
export const listNames = new Set<string>();

/** The names of all fields that may be the text of a document, with the most bytes that any of one name takes. */
export const textDocuments = new Map<string, number>();

const KEY = Symbol('fields');

type Prototype = object;

/** Declares a field of a request. What is declared nowhere is refused as unknown. */
export function declareField(prototype: Prototype, name: string, read: Reader): void {
  const own = new Map(fieldsOf(prototype));
  own.set(name, read);
  Reflect.defineMetadata(KEY, own, prototype);
}

/** The declared fields of a request class, inherited ones included. */
export function fieldsOf(prototype: Prototype): ReadonlyMap<string, Reader> {
  const declared: unknown = Reflect.getMetadata(KEY, prototype);
  return declared instanceof Map ? (declared as Map<string, Reader>) : new Map<string, Reader>();
}
