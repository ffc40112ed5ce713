import { LosslessNumber } from 'lossless-json';
import { isObject } from './lossless.js';

/** The members by which things in lists are told apart, the surest first. */
const IDENTITIES: readonly (readonly string[])[] = [
  ['upid'],
  ['id'],
  ['vmid'],
  ['storage', 'node'],
  ['storage'],
  ['node'],
  ['name'],
];

/**
 * What tells each element of a list from the others, whatever its place; `undefined` where some have nothing of the kind.
 * Where several have the same, they are told apart by their order. A number and its text are the same.
 */
export function identitiesOf(list: readonly unknown[]): string[] | undefined {
  const identities: string[] = [];
  const seen = new Map<string, number>();
  for (const element of list) {
    const identity = identityOf(element);
    if (identity === undefined) return undefined;
    const count = seen.get(identity) ?? 0;
    seen.set(identity, count + 1);
    identities.push(`${identity}#${count}`);
  }
  return identities;
}

function identityOf(element: unknown): string | undefined {
  if (!isObject(element)) return undefined;
  for (const names of IDENTITIES) {
    const values = names.map((name) => textOf(element[name]));
    if (values.every((value) => value !== undefined)) return `${names.join()}:${values.join()}`;
  }
  return undefined;
}

/** What to call an element in a line: the text of its identity. */
export function nameOfElement(element: unknown): string | undefined {
  return identityOf(element)?.replace(/^[^:]*:/, '');
}

function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value === '' ? undefined : value;
  return typeof value === 'number' || value instanceof LosslessNumber ? String(value) : undefined;
}
