import { setImmediate as nextTurn } from 'node:timers/promises';

/** One read serves all requests that came before it began; later ones wait for the next read. */
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
