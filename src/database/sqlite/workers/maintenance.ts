import { errorOf } from '../../../problems/errors.js';
import { databaseUnavailable } from '../../database-problems.js';
import type { MaintenanceMessage, Progress, Tasks } from './maintenance-thread.js';
import { startWorker } from './start-worker.js';

type Input<Name extends keyof Tasks> = Parameters<Tasks[Name]>[0];
type Output<Name extends keyof Tasks> = Awaited<ReturnType<Tasks[Name]>>;

export interface TaskOptions {
  /** Aborts the task. */
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** Whether the thread keeps the process alive. Default: `true`. */
  readonly ref?: boolean;
}

/**
 * Runs long, deferrable tasks: one at a time, in order, each in a worker thread of its own. Tasks only read the database;
 * results are written through the write queue. Checkpoints use a separate thread and do not wait for tasks.
 */
export class Maintenance {
  private readonly stopping = new AbortController();
  /** Aborted by `stop`. */
  readonly stopped: AbortSignal = this.stopping.signal;
  /** Resolves when all tasks so far have ended; never rejects. */
  private last: Promise<void> = Promise.resolve();

  /**
   * @returns the output of the task, once its thread has exited and its files are closed.
   * @throws ProblemError `database_unavailable` where it was aborted; or the error of the task, with its code.
   */
  run<Name extends keyof Tasks>(
    task: Name,
    input: Input<Name>,
    options: TaskOptions = {},
  ): Promise<Output<Name>> {
    const signal = options.signal ? AbortSignal.any([options.signal, this.stopped]) : this.stopped;
    return new Promise((resolve, reject) => {
      const rejectAborted = (): void => {
        reject(stoppedEarly());
      };
      // A waiting task is rejected at once: the tasks before it may take minutes.
      if (signal.aborted) rejectAborted();
      else signal.addEventListener('abort', rejectAborted, { once: true });
      this.last = this.last.then(async () => {
        signal.removeEventListener('abort', rejectAborted);
        if (signal.aborted) return;
        // The output type belongs to the task of that name.
        const output = inThread({ task, input }, { ...options, signal }) as Promise<Output<Name>>;
        await output.then(resolve, reject);
      });
    });
  }

  /** Aborts the running and the waiting tasks. Resolves when no thread has the file open. */
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
    // The files of the thread are closed at its exit, not at its last message.
    worker.once('exit', () => {
      signal.removeEventListener('abort', end);
      if (outcome?.kind === 'done') resolve(outcome.output);
      else reject(outcome ? errorOf(outcome) : stoppedEarly());
    });
  });
}

function stoppedEarly(): Error {
  return databaseUnavailable('The work was stopped before it was done.');
}
