import { isObject } from '../../../../src/json-patch/index.js';
import type { Place, Step } from './places.js';

/** A member of an object or an element of a list, before and after. */
export interface Member {
  /** Its name, or its place after; of what was removed, its place before. */
  readonly name: string;
  /** `inside`: it is there in both, and something in it changed. */
  readonly state: 'same' | 'inside' | 'changed' | 'added' | 'removed' | 'moved';
  readonly before?: unknown;
  readonly after?: unknown;
  /** The place before of an element that has one after as well. */
  readonly placeBefore?: string;
}

/** The members of a place in the order of after, what was removed where it was. Undefined for what has no members. */
export function membersOf(before: unknown, after: unknown, place: Place): Member[] | undefined {
  if (isObject(before) && isObject(after)) return membersOfObjects(before, after, place);
  if (Array.isArray(before) && Array.isArray(after)) return elementsOf(before, after, place);
  return undefined;
}

type Members = Readonly<Record<string, unknown>>;

/** A member of its own: `__proto__` and the like may be names in a document, and every object inherits values under them. */
const memberOf = (object: Members, name: string): unknown =>
  Object.hasOwn(object, name) ? object[name] : undefined;

function membersOfObjects(before: Members, after: Members, { operations, below }: Place): Member[] {
  const done = new Map(operations.map(({ op, name }) => [name, op]));
  const stateOf = (name: string): Member['state'] => {
    const op = done.get(name);
    if (op === 'add') return 'added';
    return op === 'replace' ? 'changed' : below.has(name) ? 'inside' : 'same';
  };
  const kept = Object.keys(after).map((name) => ({
    name,
    state: stateOf(name),
    before: memberOf(before, name),
    after: memberOf(after, name),
  }));
  const gone = Object.keys(before).filter(
    (name) => done.get(name) === 'remove' && !Object.hasOwn(after, name),
  );
  return inserted(kept, gone, Object.keys(before), (name) => ({
    name,
    state: 'removed',
    before: memberOf(before, name),
  }));
}

function elementsOf(
  before: readonly unknown[],
  after: readonly unknown[],
  { operations, below }: Place,
): Member[] {
  const { origins, moved } = originsOf(before.length, operations);
  const changed = new Set(operations.flatMap(({ op, name }) => (op === 'replace' ? [name] : [])));
  const kept = origins.slice(0, after.length).map((origin, index): Member => {
    const name = String(index);
    if (origin === undefined) return { name, state: 'added', after: after[index] };
    const isSame = moved.has(origin) ? 'moved' : 'same';
    const state = changed.has(name) ? 'changed' : below.has(name) ? 'inside' : isSame;
    return { name, state, before: before[origin], after: after[index], placeBefore: String(origin) };
  });
  const places = before.map((_, index) => String(index));
  const there = new Set(origins);
  const gone = places.filter((_, index) => !there.has(index));
  const nameBefore = (_: Member, index: number): string => String(origins[index] ?? '');
  return inserted(
    kept,
    gone,
    places,
    (name) => ({ name, state: 'removed', before: before[Number(name)] }),
    nameBefore,
  );
}

/** Where each element after was before; undefined for what is new. The operations are done one by one, on places alone. */
function originsOf(
  length: number,
  operations: readonly Step[],
): { origins: readonly (number | undefined)[]; moved: ReadonlySet<number> } {
  const origins: (number | undefined)[] = Array.from({ length }, (_, index) => index);
  const moved = new Set<number>();
  for (const step of operations) {
    if (step.op === 'remove') origins.splice(Number(step.name), 1);
    if (step.op === 'add')
      origins.splice(step.name === '-' ? origins.length : Number(step.name), 0, undefined);
    if (step.op === 'move') {
      const [origin] = origins.splice(Number(step.from), 1);
      origins.splice(Number(step.name), 0, origin);
      if (origin !== undefined) moved.add(origin);
    }
  }
  return { origins, moved };
}

/** What is gone takes its place behind what stood before it. */
function inserted(
  kept: readonly Member[],
  gone: readonly string[],
  order: readonly string[],
  toMember: (name: string) => Member,
  nameBefore: (member: Member, index: number) => string = ({ name }) => name,
): Member[] {
  if (gone.length === 0) return [...kept];
  const isGone = new Set(gone);
  const behind = new Map<string, string[]>();
  let last = '';
  for (const name of order) {
    if (!isGone.has(name)) last = `=${name}`;
    else behind.set(last, [...(behind.get(last) ?? []), name]);
  }
  const goneBehind = (name: string): Member[] => (behind.get(name) ?? []).map(toMember);
  return [
    ...goneBehind(''),
    ...kept.flatMap((member, index) => [member, ...goneBehind(`=${nameBefore(member, index)}`)]),
  ];
}
