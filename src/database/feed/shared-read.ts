import { setImmediate as nextTurn } from 'node:timers/promises';

/** Reads once for all who asked before the read began; who asks later waits for the next one. */
export class SharedRead {
  private running: Promise<void> | undefined;
  private next: Promise<void> | undefined;

  constructor(private readonly read: () => Promise<void>) {}

  /** @throws what the read throws. */
  request(): Promise<void> {
    return (this.next ??= this.begin(this.running));
  }

  private async begin(previous: Promise<void> | undefined): Promise<void> {
    await (previous?.catch(() => undefined) ?? nextTurn());
    const read = this.read();
    [this.running, this.next] = [read, undefined];
    try {
      await read;
    } finally {
      if (this.running === read) this.running = undefined;
    }
  }
}
