import { fromText } from './tool-calls.js';
import type { Turn } from './turns.js';

export interface Touched {
  readonly kind: 'node' | 'guest' | 'preference';
  readonly name: string;
}

/** The names under which tools are given what they touch. */
const KINDS: Readonly<Record<string, Touched['kind']>> = {
  node: 'node',
  guest: 'guest',
  vmid: 'guest',
  key: 'preference',
};
const MOST = 12;

/** What the calls of a conversation name, each once, in the order in which it was touched. */
export function touchedIn(turns: readonly Turn[]): Touched[] {
  const found = new Map<string, Touched>();
  for (const { parts } of turns)
    for (const part of parts) {
      if (part.kind !== 'tool') continue;
      for (const one of namedIn(fromText(part.given))) found.set(`${one.kind} ${one.name}`, one);
    }
  return [...found.values()].slice(0, MOST);
}

function namedIn(given: unknown): Touched[] {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return [];
  return Object.entries(given).flatMap(([field, value]: [string, unknown]) => {
    const kind = KINDS[field];
    if (kind === undefined) return [];
    const values: readonly unknown[] = Array.isArray(value) ? value : [value];
    return values.filter(isName).map((name) => ({ kind, name: String(name) }));
  });
}

/** A number that was read exactly is an object that says it. */
function isName(value: unknown): boolean {
  return (typeof value === 'string' && value !== '') || /^\d{1,9}$/.test(String(value));
}
