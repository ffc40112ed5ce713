import { databaseUnavailable } from '../connection/errors.js';
import type { MaintenanceMessage, Progress, Tasks } from './maintenance-thread.js';
import { startWorker } from './start-worker.js';

type Input<Name extends keyof Tasks> = Parameters<Tasks[Name]>[0];
type Output<Name extends keyof Tasks> = Awaited<ReturnType<Tasks[Name]>>;

export interface TaskOptions {
  /** Ends the task early. */
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** Whether the process stays for it; `true` where it is left out. */
  readonly ref?: boolean;
}

/**
 * Does what takes long and need not be done at once: one task at a time, in order, each in a thread that ends with it.
 * Tasks only read the database; what they make of it is written by the write queue. Checkpoints have a thread of their
 * own and wait for none of this.
 */
export class Maintenance {
  private readonly stopping = new AbortController();
  /** Aborted when nothing more is begun. */
  readonly stopped: AbortSignal = this.stopping.signal;
  /** Resolves when the tasks that were given so far are over; never rejects. */
  private last: Promise<void> = Promise.resolve();

  /**
   * @returns what came of the task, once its thread is gone and its files are closed.
   * @throws ProblemError `database_unavailable` where it was ended early; or the error of the task, with its code.
   */
  run<Name extends keyof Tasks>(
    task: Name,
    input: Input<Name>,
    options: TaskOptions = {},
  ): Promise<Output<Name>> {
    const signal = options.signal ? AbortSignal.any([options.signal, this.stopped]) : this.stopped;
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        reject(stoppedEarly());
      };
      // One that waits leaves at once: what is before it may take minutes.
      if (signal.aborted) leave();
      else signal.addEventListener('abort', leave, { once: true });
      this.last = this.last.then(async () => {
        signal.removeEventListener('abort', leave);
        if (signal.aborted) return;
        // The task of that name made it.
        const output = inThread({ task, input }, { ...options, signal }) as Promise<Output<Name>>;
        await output.then(resolve, reject);
      });
    });
  }

  /** Ends what is being done and what waits. Resolves when no thread has the file open. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.last;
  }
}

function inThread(
  order: unknown,
  { signal, onProgress, ref = true }: TaskOptions & { signal: AbortSignal },
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const worker = startWorker('maintenance', order);
    if (!ref) worker.unref();
    const end = (): void => void worker.terminate();
    signal.addEventListener('abort', end, { once: true });
    let outcome: Exclude<MaintenanceMessage, { kind: 'progress' }> | undefined;
    worker.on('message', (message: MaintenanceMessage) => {
      if (message.kind === 'progress') onProgress?.(message.progress);
      else outcome = message;
    });
    worker.once('error', reject);
    // Only then are its files closed.
    worker.once('exit', () => {
      signal.removeEventListener('abort', end);
      if (outcome?.kind === 'done') resolve(outcome.output);
      else
        reject(outcome ? Object.assign(new Error(outcome.message), { code: outcome.code }) : stoppedEarly());
    });
  });
}

function stoppedEarly(): Error {
  return databaseUnavailable('The work was stopped before it was done.');
}
