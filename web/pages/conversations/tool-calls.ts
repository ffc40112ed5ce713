import { stringify } from 'lossless-json';
import { parseExactly } from '../../api/exact-json.js';

/** A call of a tool, whichever form a client gave it. */
export interface Call {
  readonly id: string | undefined;
  readonly name: string;
  /** What it was given; undefined where it was given nothing. */
  readonly given: unknown;
}

type Fields = Readonly<Record<string, unknown>>;

/** The calls in what was stored as the tool calls of a message: a list, one, or a text that holds either. */
export function callsOf(toolCalls: unknown): Call[] {
  const stored = fromText(toolCalls);
  if (stored === null || stored === undefined || stored === '') return [];
  return (Array.isArray(stored) ? (stored as unknown[]) : [stored]).map(callOf);
}

function callOf(stored: unknown): Call {
  if (!isFields(stored)) return { id: undefined, name: 'tool', given: stored };
  const inner = isFields(stored['function']) ? stored['function'] : stored;
  const id = stored['id'] ?? stored['tool_call_id'] ?? stored['toolCallId'];
  const name = inner['name'] ?? stored['tool'];
  return {
    id: typeof id === 'string' ? id : undefined,
    name: typeof name === 'string' && name !== '' ? name : 'tool',
    given: fromText(inner['arguments'] ?? inner['input'] ?? inner['args']),
  };
}

const LONGEST_LINE = 200;

/** A value in one line, as a person would note it: `node pve2, hours 12, 4 events, saved`. */
export function inOneLine(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (!isFields(value)) return short(textOf(value, 0));
  if (Array.isArray(value)) return short(listed('entries', value));
  return short(
    Object.entries(value)
      .map(([name, one]) => noted(name, one))
      .join(', '),
  );
}

function noted(name: string, value: unknown): string {
  if (typeof value === 'boolean') return value ? name : `not ${name}`;
  return Array.isArray(value) ? listed(name, value) : `${name} ${textOf(value, 0)}`;
}

/** A few words as they are, and how many there are of anything else. */
function listed(name: string, values: readonly unknown[]): string {
  const areFewWords = values.length < 4 && values.every((one) => !isFields(one));
  if (!areFewWords || values.length === 0) return `${values.length} ${name}`;
  return `${name} ${values.map((one) => textOf(one, 0)).join(' ')}`;
}

/** A value as it is read at length: a text as it is, anything else as indented JSON. */
export function textOf(value: unknown, indent = 2): string {
  if (typeof value === 'string') return value;
  return stringify(value, undefined, indent) ?? '';
}

/** A text that holds JSON, as what it holds; any other as it is. */
export function fromText(value: unknown): unknown {
  if (typeof value !== 'string' || !/^\s*[[{]/.test(value)) return value;
  try {
    return parseExactly(value);
  } catch {
    return value;
  }
}

function short(text: string): string {
  const line = text.slice(0, LONGEST_LINE + 1).replace(/\s+/g, ' ');
  return line.length > LONGEST_LINE ? `${line.slice(0, LONGEST_LINE)}…` : line;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null;
}
