import { setImmediate as nextTurn } from 'node:timers/promises';

/** Runs asynchronous work one at a time, in order of arrival. */
export class Mutex {
  private last: Promise<unknown> = Promise.resolve();

  /**
   * The event loop turns before the next work begins: by then the memory of this result is counted by its consumer.
   */
  runExclusive<T>(work: () => Promise<T>): Promise<T> {
    const result = this.last.then(work);
    this.last = result.then(
      () => nextTurn(),
      () => nextTurn(),
    );
    return result;
  }
}
