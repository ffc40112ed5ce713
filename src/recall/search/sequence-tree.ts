import type { SequenceUnit } from './unit.js';

interface Branch {
  readonly next: Map<string, Branch>;
  /** The units that end here. */
  readonly units: number[];
}

/** Where a sequence begins in a list of stems. */
export interface PlacedSequence {
  readonly unit: number;
  readonly at: number;
  readonly length: number;
}

/** Finds all sequences of a query in one pass, however many there are. */
export class SequenceTree {
  private readonly root: Branch = { next: new Map(), units: [] };

  get isEmpty(): boolean {
    return this.root.next.size === 0;
  }

  /** The stems that a sequence begins with. */
  get beginnings(): string[] {
    return [...this.root.next.keys()];
  }

  add({ stems }: SequenceUnit, unit: number): void {
    let branch = this.root;
    for (const stem of stems) {
      const next = branch.next.get(stem) ?? { next: new Map(), units: [] };
      branch.next.set(stem, next);
      branch = next;
    }
    branch.units.push(unit);
  }

  *findIn(stems: readonly string[]): Iterable<PlacedSequence> {
    for (let at = 0; at < stems.length; at++) {
      let branch = this.root.next.get(stems[at] ?? '');
      for (let length = 1; branch; length++) {
        for (const unit of branch.units) yield { unit, at, length };
        branch = branch.next.get(stems[at + length] ?? '');
      }
    }
  }
}
