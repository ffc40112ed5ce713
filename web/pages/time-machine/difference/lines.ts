import { isObject, stringifyLossless } from '../../../../src/json-patch/index.js';
import { printableJson } from '../../../../src/text/printable.js';

/** A part of a line; what changed is marked. */
export interface Part {
  readonly text: string;
  readonly isChanged?: boolean;
}

/** A line of JSON, indented by its depth. */
export interface Line {
  readonly depth: number;
  readonly parts: readonly Part[];
  /** Where it stands in its document; undefined in one that is too long to be counted. */
  readonly number?: number | undefined;
}

/** So much of a text is shown; of the rest it is said how long it is. */
const MAX_CHARACTERS = 400;
/** A value up to this length is marked as a whole where it changed. */
const SHORT = 32;
const CONTEXT = 24;

/** The lines of a value under its name, as JSON is written, up to a number of them. */
export function linesOf(name: string | undefined, value: unknown, most: number): Line[] {
  const lines: Line[] = [];
  write(lines, { name, value, depth: 0, most });
  return lines.slice(0, most);
}

/** How many lines a value has; counting ends at `most`. */
export function countLines(value: unknown, most: number): number {
  const children = childrenOf(value);
  if (!children || children.length === 0) return 1;
  let count = 2;
  for (const [, child] of children) {
    count += countLines(child, most - count);
    if (count >= most) return most;
  }
  return count;
}

interface Writing {
  readonly name: string | undefined;
  readonly value: unknown;
  readonly depth: number;
  readonly most: number;
}

function write(lines: Line[], { name, value, depth, most }: Writing): void {
  if (lines.length >= most) return;
  const label = labelOf(name);
  const children = childrenOf(value);
  if (!children || children.length === 0) {
    lines.push({ depth, parts: [{ text: label + cut(scalarText(value)) }] });
    return;
  }
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  lines.push({ depth, parts: [{ text: label + open }] });
  for (const [key, child] of children) write(lines, { name: key, value: child, depth: depth + 1, most });
  lines.push({ depth, parts: [{ text: close }] });
}

/** A value in one line: what it holds is only counted. */
export function lineOf(name: string | undefined, value: unknown): Line {
  const children = childrenOf(value);
  const text =
    children && children.length > 0
      ? Array.isArray(value)
        ? `[ ${children.length} ]`
        : `{ ${children.length} }`
      : cut(scalarText(value));
  return { depth: 0, parts: [{ text: labelOf(name) + text }] };
}

/** Two values under one name, each with what differs marked. Undefined where one of them holds others. */
export function changedLines(
  name: string | undefined,
  before: unknown,
  after: unknown,
): [Line, Line] | undefined {
  if ([before, after].some((value) => (childrenOf(value)?.length ?? 0) > 0)) return undefined;
  const [one, other] = [scalarText(before), scalarText(after)];
  const isText = [one, other].every((text) => text.startsWith('"'));
  const [head, tail] = isText ? [1, 1] : [0, 0];
  const same = sharedOf(one, other, head, tail);
  const toLine = (text: string): Line => ({
    depth: 0,
    parts: [
      { text: labelOf(name) + leading(text, same.head) },
      marked(text, same),
      { text: trailing(text, same.tail) },
    ],
  });
  return [toLine(one), toLine(other)];
}

function marked(text: string, { head, tail }: Shared): Part {
  return { text: cut(text.slice(head, text.length - tail)), isChanged: true };
}

function leading(text: string, head: number): string {
  return head > CONTEXT * 2
    ? `${text.slice(0, CONTEXT)}…${text.slice(head - CONTEXT, head)}`
    : text.slice(0, head);
}

function trailing(text: string, tail: number): string {
  const end = text.slice(text.length - tail);
  return tail > CONTEXT * 2 ? `${end.slice(0, CONTEXT)}…${end.slice(-CONTEXT)}` : end;
}

interface Shared {
  readonly head: number;
  readonly tail: number;
}

/** What two texts have in common at both ends; of short ones only what is given. */
function sharedOf(one: string, other: string, head: number, tail: number): Shared {
  const shorter = Math.min(one.length, other.length);
  if (Math.max(one.length, other.length) <= SHORT) return { head, tail };
  let [begin, end] = [head, tail];
  while (begin < shorter - end && one[begin] === other[begin]) begin++;
  while (end < shorter - begin && one.at(-1 - end) === other.at(-1 - end)) end++;
  return { head: begin, tail: end };
}

function labelOf(name: string | undefined): string {
  return name === undefined ? '' : `${printableJson(JSON.stringify(name))}: `;
}

function scalarText(value: unknown): string {
  if (Array.isArray(value)) return '[]';
  return isObject(value) ? '{}' : printableJson(stringifyLossless(value));
}

/** The members of an object with their names, the elements of a list without. */
export function childrenOf(value: unknown): [string | undefined, unknown][] | undefined {
  if (Array.isArray(value)) return value.map((child: unknown) => [undefined, child]);
  return isObject(value) ? Object.entries(value) : undefined;
}

function cut(text: string): string {
  if (text.length <= MAX_CHARACTERS) return text;
  return `${text.slice(0, MAX_CHARACTERS)}… ${text.length.toLocaleString('en-GB')} characters`;
}
