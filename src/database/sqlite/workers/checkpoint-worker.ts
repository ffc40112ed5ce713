import type { Worker } from 'node:worker_threads';
import type { CheckpointInput, CheckpointMessage, CheckpointOrder } from './checkpoint-thread.js';
import { startWorker } from './start-worker.js';

/** Where nothing is to be checkpointed for so long, the thread ends: it takes some megabytes. */
const IDLE_MS = 30_000;

/** How a checkpoint ended: `later` where the disk or, of all, a reader blocks it; `failed` at an I/O error; `gone` without the thread. */
export type CheckpointResult = 'done' | 'later' | 'failed' | 'gone';

interface Run {
  readonly onLastRound: () => void;
  readonly resolve: (result: CheckpointResult) => void;
}

/** The thread that runs checkpoints, one at a time. It lives on for the next one: to start it takes longer than a short one. */
export class CheckpointWorker {
  private worker: Worker | undefined;
  private exited: Promise<void> = Promise.resolve();
  private run: Run | undefined;
  private idleTimer: NodeJS.Timeout | undefined;

  constructor(private readonly input: CheckpointInput) {}

  /**
   * @param onLastRound called when writers should wait for the end.
   * @throws Error where no thread can be started.
   */
  checkpoint(order: CheckpointOrder, onLastRound: () => void = () => undefined): Promise<CheckpointResult> {
    const worker = (this.worker ??= this.start());
    clearTimeout(this.idleTimer);
    // A process that only waits for a checkpoint goes on; one that has nothing to do may end.
    worker.ref();
    return new Promise((resolve) => {
      this.run = { onLastRound, resolve };
      worker.postMessage(order);
    });
  }

  /** Resolves when no thread has the file open. Called while no checkpoint runs. */
  async stop(): Promise<void> {
    clearTimeout(this.idleTimer);
    // Whoever waits for the end is not to find the process over.
    this.worker?.ref();
    this.worker?.postMessage('end' satisfies CheckpointOrder);
    this.worker = undefined;
    await this.exited;
  }

  private start(): Worker {
    const worker = startWorker('checkpoint', this.input);
    worker.on('message', (message: CheckpointMessage) => {
      if (message === 'last round') this.run?.onLastRound();
      else this.end(message);
    });
    // Its exit follows.
    worker.once('error', () => undefined);
    const exit = new Promise<void>((resolve) => {
      worker.once('exit', () => {
        resolve();
        if (this.worker !== worker) return;
        this.worker = undefined;
        this.end('gone');
      });
    });
    this.exited = this.exited.then(() => exit);
    return worker;
  }

  private end(result: CheckpointResult): void {
    this.run?.resolve(result);
    this.run = undefined;
    this.worker?.unref();
    clearTimeout(this.idleTimer);
    this.idleTimer = setTimeout(() => void this.stop(), IDLE_MS).unref();
  }
}
