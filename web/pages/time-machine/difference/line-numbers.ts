import { childrenOf } from './lines.js';

/** Where an object or a list of a document begins, and how many lines it has. */
interface Span {
  readonly line: number;
  readonly lines: number;
}

/** The lines of a document that is written as JSON, a member a line; the first has the number 1. */
export type LineNumbers = ReadonlyMap<unknown, Span>;

/** Numbers with more digits have no room; a document of more lines is not counted. */
const MOST = 99_999;

export function lineNumbersOf(document: unknown): LineNumbers {
  const spans = new Map<unknown, Span>();
  return number(spans, document, 1) > MOST ? new Map() : spans;
}

/** The line of each member of an object, by its name, or of each element of a list, by its place. */
export function linesOfMembers(container: unknown, spans: LineNumbers): ReadonlyMap<string, number> {
  const begin = spans.get(container);
  if (!begin) return new Map();
  let line = begin.line + 1;
  const entries = (childrenOf(container) ?? []).map(([name, child], index): [string, number] => {
    const at = line;
    line += spans.get(child)?.lines ?? 1;
    return [name ?? String(index), at];
  });
  return new Map(entries);
}

/** @returns how many lines the value has; more than `MOST` where counting ended. */
function number(spans: Map<unknown, Span>, value: unknown, line: number): number {
  const children = childrenOf(value);
  if (!children || children.length === 0) return 1;
  let lines = 1;
  for (const [, child] of children) {
    lines += number(spans, child, line + lines);
    if (line + lines > MOST) return MOST + 1;
  }
  spans.set(value, { line, lines: lines + 1 });
  return lines + 1;
}
