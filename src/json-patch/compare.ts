import { identitiesOf } from './identity.js';
import { isEqual, isObject, isSameScalar, type Budget } from './lossless.js';
import { movesOf } from './moves.js';
import { isNoise } from './noise.js';
import { PatchWriter, within } from './patch.js';

/** Deeper than this a value is replaced as a whole. No document that the API takes is so deep. */
const MAX_DEPTH = 500;
/** So many values are looked at to find what lists have in common at their beginnings and ends. */
const MAX_LOOKS = 1_000_000;

/** What leads to a value. */
interface Place {
  readonly path: string;
  /** The nearest name; elements have the name of their list. */
  readonly name: string;
  readonly depth: number;
}

type Member = Readonly<Record<string, unknown>>;

/** Compares two documents; elements of lists are matched by what identifies them, where they have it. */
export function compareDocuments(before: unknown, after: unknown, limit: number): PatchWriter {
  const comparison = new Comparison(new PatchWriter(limit));
  comparison.values({ path: '', name: '', depth: 0 }, before, after);
  return comparison.writer;
}

class Comparison {
  private readonly budget: Budget = { left: MAX_LOOKS };

  constructor(readonly writer: PatchWriter) {}

  values(place: Place, before: unknown, after: unknown): void {
    if (place.depth < MAX_DEPTH && isObject(before) && isObject(after)) this.objects(place, before, after);
    else if (place.depth < MAX_DEPTH && Array.isArray(before) && Array.isArray(after))
      this.lists(place, before as unknown[], after as unknown[]);
    else if (!isSameScalar(before, after) && !isEqual(before, after, this.budget))
      this.writer.write(
        { op: 'replace', path: place.path, value: after },
        isNoise(place.name, before, after),
      );
  }

  private objects(place: Place, before: Member, after: Member): void {
    for (const [name, value] of Object.entries(before)) {
      const path = within(place.path, name);
      if (!Object.hasOwn(after, name))
        this.writer.write({ op: 'remove', path }, isNoise(name, value, undefined));
      else this.values({ path, name, depth: place.depth + 1 }, value, after[name]);
    }
    for (const [name, value] of Object.entries(after)) {
      if (Object.hasOwn(before, name)) continue;
      const path = within(place.path, name);
      this.writer.write({ op: 'add', path, value }, isNoise(name, undefined, value));
    }
  }

  private lists(place: Place, before: readonly unknown[], after: readonly unknown[]): void {
    const [old, fresh] = [identitiesOf(before), identitiesOf(after)];
    if (old && fresh) this.byIdentity(place, { before, after, old, fresh });
    else this.byPosition(place, before, after);
  }

  /** First what is gone, then what takes another place, then what is new: then every place is its last. */
  private byIdentity(
    place: Place,
    {
      before,
      after,
      old,
      fresh,
    }: Record<'before' | 'after', readonly unknown[]> & Record<'old' | 'fresh', string[]>,
  ): void {
    const placeBefore = new Map(old.map((identity, index) => [identity, index]));
    const placeAfter = new Map(fresh.map((identity, index) => [identity, index]));
    const kept = old.flatMap((identity) => placeAfter.get(identity) ?? []);
    const moves = movesOf(kept);
    if (!moves) {
      this.writer.write({ op: 'replace', path: place.path, value: after });
      return;
    }
    for (const [index, identity] of [...old.entries()].reverse())
      if (!placeAfter.has(identity)) this.writer.write({ op: 'remove', path: within(place.path, index) });
    for (const { from, to } of moves)
      this.writer.write({ op: 'move', from: within(place.path, from), path: within(place.path, to) });
    for (const [index, identity] of fresh.entries())
      if (!placeBefore.has(identity))
        this.writer.write({ op: 'add', path: within(place.path, index), value: after[index] });
    for (const [index, identity] of fresh.entries()) {
      const was = placeBefore.get(identity);
      if (was !== undefined) this.values(elementOf(place, index), before[was], after[index]);
    }
  }

  /** What both have at their beginnings and ends stays; between them elements are compared one by one. */
  private byPosition(place: Place, before: readonly unknown[], after: readonly unknown[]): void {
    const { head, tail } = before.length === after.length ? NOTHING : this.inCommon(before, after);
    const end = Math.min(before.length, after.length) - tail;
    for (let index = before.length - tail - 1; index >= end; index--)
      this.writer.write({ op: 'remove', path: within(place.path, index) });
    for (let index = end; index < after.length - tail; index++)
      this.writer.write({ op: 'add', path: within(place.path, index), value: after[index] });
    for (let index = head; index < end; index++)
      this.values(elementOf(place, index), before[index], after[index]);
  }

  private inCommon(before: readonly unknown[], after: readonly unknown[]): typeof NOTHING {
    const { budget } = this;
    const shorter = Math.min(before.length, after.length);
    let head = 0;
    while (head < shorter && isEqual(before[head], after[head], budget)) head++;
    let tail = 0;
    while (tail < shorter - head && isEqual(before.at(-1 - tail), after.at(-1 - tail), budget)) tail++;
    return { head, tail };
  }
}

const NOTHING = { head: 0, tail: 0 };

function elementOf({ path, name, depth }: Place, index: number): Place {
  return { path: within(path, index), name, depth: depth + 1 };
}
