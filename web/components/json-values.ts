import { isLosslessNumber, stringify } from 'lossless-json';

export type Container = readonly unknown[] | Readonly<Record<string, unknown>>;
export type Path = readonly (string | number)[];

const PLAIN_NAME = /^[A-Za-z_$][\w$]*$/;
const PREVIEW_LENGTH = 40;

/** Whether a value can be opened. A number too long for a double is an object here, but a number for the reader. */
export function isContainer(value: unknown): value is Container {
  return typeof value === 'object' && value !== null && !isLosslessNumber(value);
}

/** The names of the members: a list's are their places. */
export function namesOf(value: Container): readonly (string | number)[] {
  return Array.isArray(value) ? Array.from(value, (_, index) => index) : Object.keys(value);
}

export function memberOf(value: Container, name: string | number): unknown {
  return (value as Readonly<Record<string | number, unknown>>)[name];
}

/** `largest[0].guest`, as JavaScript, jq and most others write a path. */
export function pathText(path: Path): string {
  return path
    .map((name, index) => {
      if (typeof name === 'number') return `[${name}]`;
      if (!PLAIN_NAME.test(name)) return `[${JSON.stringify(name)}]`;
      return index === 0 ? name : `.${name}`;
    })
    .join('');
}

/** The JSON of a value, all digits of its numbers included. */
export function jsonText(value: unknown): string {
  return stringify(value, undefined, 2) ?? 'null';
}

/** What is copied of a value: a text is copied as it reads. */
export function copyOf(value: unknown): string {
  return typeof value === 'string' ? value : jsonText(value);
}

/** A value that holds no others, as it is written. */
export function leafText(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}

export function kindOf(value: unknown): 'text' | 'number' | 'word' {
  if (typeof value === 'string') return 'text';
  return typeof value === 'number' || isLosslessNumber(value) ? 'number' : 'word';
}

/** How many members there are: `3 items`, `1 key`. */
export function countText(value: Container): string {
  const count = Array.isArray(value) ? value.length : Object.keys(value).length;
  const word = Array.isArray(value) ? 'item' : 'key';
  return `${count.toLocaleString('en-GB')} ${word}${count === 1 ? '' : 's'}`;
}

/** What a closed member holds, in a few words: `{ guest: "142 frigate", … 3 keys }`. */
export function previewOf(value: Container): string {
  const [first] = namesOf(value);
  if (first === undefined) return Array.isArray(value) ? '[]' : '{}';
  const member = memberOf(value, first);
  if (Array.isArray(value) || isContainer(member)) return countText(value);
  const text = cut(leafText(member), PREVIEW_LENGTH);
  const others = Object.keys(value).length > 1 ? `, … ${countText(value)}` : '';
  return `{ ${cut(String(first), PREVIEW_LENGTH)}: ${text}${others} }`;
}

/** The first characters, without half of a pair. */
export function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  return `${text.slice(0, most).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
