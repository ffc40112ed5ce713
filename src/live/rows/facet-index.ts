import type { Facets } from './facets.js';
import type { Message } from './message.js';

type Value = Facets[string];

const NONE: readonly number[] = [];
const known = new WeakMap<readonly Message[], FacetIndex>();

/** Where among some messages those with a value are: many who filter look at few of them then. */
export class FacetIndex {
  private readonly byName = new Map<string, ReadonlyMap<Value, readonly number[]>>();
  private readonly isWhole: boolean;

  private constructor(private readonly messages: readonly Message[]) {
    this.isWhole = messages.every(({ subject: { facets } }) => facets !== undefined);
  }

  /** Made once for the same list. */
  static of(messages: readonly Message[]): FacetIndex {
    const index = known.get(messages) ?? new FacetIndex(messages);
    known.set(messages, index);
    return index;
  }

  /** @returns undefined where some have no facets, and fit whatever is asked for. */
  places(name: string, value: Value): readonly number[] | undefined {
    if (!this.isWhole) return undefined;
    const places = this.byName.get(name) ?? this.begin(name);
    return places.get(value) ?? NONE;
  }

  private begin(name: string): ReadonlyMap<Value, readonly number[]> {
    const places = new Map<Value, number[]>();
    for (const [place, { subject }] of this.messages.entries()) {
      // What is gone fits nothing.
      if (!subject.facets) continue;
      const value = subject.facets[name] ?? null;
      const same = places.get(value);
      if (same) same.push(place);
      else places.set(value, [place]);
    }
    this.byName.set(name, places);
    return places;
  }
}
