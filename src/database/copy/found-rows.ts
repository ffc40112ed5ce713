/** So many are named. */
export const MAX_NAMED = 20;

/** Rows that break a rule: all of them are counted, and the first are named. */
export class FoundRows {
  readonly named: string[] = [];
  count = 0;

  note(name: () => string): void {
    this.count++;
    if (this.named.length < MAX_NAMED) this.named.push(name());
  }
}
