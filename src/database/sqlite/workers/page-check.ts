import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';

/** Leaves the start to those who wait for the first answer. */
const DELAY_MS = 10_000;

/** Looks through a file that is being served, in a thread of its own. */
export class BackgroundLook {
  private readonly ending = new AbortController();
  /** Resolves when the file is no longer being read. */
  readonly finished: Promise<void>;

  /** @param tell gets what is damaged, if anything is. */
  constructor(file: string, tell: (found: string) => void, delayMs = DELAY_MS) {
    // Where it does not come to an end, the next start looks.
    this.finished = this.run(file, tell, delayMs).catch(() => undefined);
  }

  /** Ends it before its end. */
  async end(): Promise<void> {
    this.ending.abort();
    await this.finished;
  }

  private async run(file: string, tell: (found: string) => void, delayMs: number): Promise<void> {
    const { signal } = this.ending;
    await sleep(delayMs, undefined, { signal, ref: false });
    const worker = new Worker(new URL('./page-check-thread.mjs', import.meta.url), { workerData: file });
    worker.unref();
    const found = await new Promise<string | undefined>((resolve, reject) => {
      worker.once('message', resolve).once('error', reject);
      worker.once('exit', () => {
        resolve(undefined);
      });
      signal.addEventListener('abort', () => void worker.terminate());
    });
    await worker.terminate();
    if (found !== undefined) tell(found);
  }
}
