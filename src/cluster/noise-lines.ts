import { isObject, nameOfElement, type Operation } from '../json-patch/index.js';
import { label } from './label.js';
import type { ChangeLine } from './lines.js';

/** So many names are told; of the others it is said how many they are. */
const MAX_NAMES = 6;
/** So many things are named where all noise is asked for. */
const MAX_LINES = 500;

/** What only moved, in one line; `null` where nothing did. */
export function noiseLine(operations: readonly Operation[], count: number): string | null {
  if (count === 0) return null;
  return `${count} ${count === 1 ? 'value' : 'values'} that always move: ${namesOf(operations)}`;
}

/** A line for each thing of which something only moved. @param document the one after. */
export function noiseLines(operations: readonly Operation[], document: unknown): ChangeLine[] {
  const byThing = new Map<string, { name: string; operations: Operation[] }>();
  for (const operation of operations) {
    const { path, name } = thingAt(document, operation.path);
    const known = byThing.get(path);
    if (known) known.operations.push(operation);
    else if (byThing.size < MAX_LINES) byThing.set(path, { name, operations: [operation] });
  }
  return [...byThing.values()].map(({ name, operations: own }) => ({
    text: `${label(name)}: ${namesOf(own)} moved`,
    kind: 'noise.changed',
    subject: label(name),
  }));
}

/** The innermost element with a name of its own that a path leads through. */
function thingAt(document: unknown, path: string): { path: string; name: string } {
  const steps = path.split('/').slice(1, -1);
  let [value, found] = [document, { path: '', name: 'the document' }];
  for (const [index, step] of steps.entries()) {
    value = memberOf(value, step.replaceAll('~1', '/').replaceAll('~0', '~'));
    const name = nameOfElement(value);
    if (name !== undefined) found = { path: steps.slice(0, index + 1).join('/'), name };
  }
  return found;
}

function memberOf(value: unknown, step: string): unknown {
  if (Array.isArray(value)) return value[Number(step)];
  return isObject(value) ? value[step] : undefined;
}

function namesOf(operations: readonly Operation[]): string {
  const names = new Set(operations.map(({ path }) => label(nameIn(path))));
  const more = names.size - MAX_NAMES;
  const shown = [...names].sort().slice(0, MAX_NAMES).join(', ');
  return more > 0 ? `${shown} and ${more} more` : shown;
}

/** The last name in a path: elements of a list have its name. */
function nameIn(path: string): string {
  return path.split('/').findLast((step) => !/^\d*$/.test(step)) ?? path;
}
