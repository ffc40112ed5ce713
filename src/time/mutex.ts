import { setImmediate as nextTurn } from 'node:timers/promises';

/** Does one piece of work at a time, in the order in which they come. */
export class Mutex {
  private last: Promise<unknown> = Promise.resolve();

  /** The event loop turns before the next begins: by then, what became of this one has been counted where it is. */
  runExclusive<T>(work: () => Promise<T>): Promise<T> {
    const result = this.last.then(work);
    this.last = result.then(
      () => nextTurn(),
      () => nextTurn(),
    );
    return result;
  }
}
