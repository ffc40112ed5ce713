/**
 * Those who listen, each until it leaves or all have to. `AbortSignal.any` would keep a trace of each in the signal of all for
 * as long as the process lives.
 */
export class Listeners {
  private readonly present = new Set<AbortController>();
  private isOver = false;

  /** @returns ends by `abort`, or with all. */
  add(): AbortController {
    const one = new AbortController();
    this.present.add(one);
    one.signal.addEventListener('abort', () => this.present.delete(one), { once: true });
    if (this.isOver) one.abort();
    return one;
  }

  get count(): number {
    return this.present.size;
  }

  /** Whoever comes later has to leave at once. */
  end(): void {
    this.isOver = true;
    for (const one of [...this.present]) one.abort();
  }
}
