import { isNumber, isObject, toNumber } from '../json-patch/index.js';

export type Resource = Readonly<Record<string, unknown>>;

/** Lists lie no deeper than this: `{ resources: { data: [...] } }`. */
const MAX_DEPTH = 3;
const MAX_RESOURCES = 50_000;

/** The objects in all lists of a document. */
export function resourcesOf(document: unknown): Resource[] {
  const found: Resource[] = [];
  for (const resource of listed(document, 0)) {
    found.push(resource);
    if (found.length === MAX_RESOURCES) break;
  }
  return found;
}

function* listed(value: unknown, depth: number): Iterable<Resource> {
  if (Array.isArray(value)) {
    for (const one of value) if (isResource(one)) yield one;
  } else if (isResource(value) && depth < MAX_DEPTH) {
    for (const member of Object.values(value)) yield* listed(member, depth + 1);
  }
}

/** The document and the objects in it that are in no list: what is said of the cluster as a whole. */
export function* objectsOf(value: unknown, depth = 0): Iterable<Resource> {
  if (!isResource(value)) return;
  yield value;
  if (depth < MAX_DEPTH - 1) for (const member of Object.values(value)) yield* objectsOf(member, depth + 1);
}

export const isResource: (value: unknown) => value is Resource = isObject;

/** A text or number as a text; undefined where it is empty or something else. */
export function textOf(value: unknown): string | undefined {
  if (isNumber(value)) return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** The first of these members that is a number. A member of a member is written with a point. */
export function numberOf(resource: Resource, fields: readonly string[]): number | undefined {
  return fields.map((field) => toNumber(memberOf(resource, field))).find((value) => value !== undefined);
}

function memberOf(resource: Resource, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((value, field) => (isResource(value) ? value[field] : undefined), resource);
}
