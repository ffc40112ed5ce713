import type { Worker } from 'node:worker_threads';
import { errorOf } from '../../../problems/errors.js';
import { databaseUnavailable } from '../../database-problems.js';
import type { ProgramOrder, ReaderInput, ReadOrder, ReadReply } from './reader-thread.js';
import { startWorker } from './start-worker.js';

export type Done = Exclude<ReadReply, { message: string }>;

interface Caller {
  readonly resolve: (reply: Done) => void;
  readonly reject: (error: unknown) => void;
}

/** One reader thread. It reads for one caller at a time, and keeps the process alive only while it does. */
export class Reader {
  /** Resolves when the thread is gone and its files are closed. */
  readonly ended: Promise<void>;
  /** Whether it cannot read any more. */
  isOver = false;
  private readonly worker: Worker;
  private caller: Caller | undefined;

  constructor(input: ReaderInput) {
    this.worker = startWorker('reader', input);
    this.worker.unref();
    this.worker.on('message', (reply: ReadReply) => {
      this.answer(reply);
    });
    this.worker.once('error', (error) => {
      this.fail(error);
    });
    this.ended = new Promise((resolve) => {
      this.worker.once('exit', () => {
        this.fail();
        resolve();
      });
    });
  }

  /** @throws ProblemError `database_unavailable` where the thread ends; or what failed in it, with its code. */
  ask(order: ReadOrder | ProgramOrder): Promise<Done> {
    return new Promise((resolve, reject) => {
      this.caller = { resolve, reject };
      if (this.isOver) {
        this.fail();
        return;
      }
      this.worker.ref();
      this.worker.postMessage(order);
    });
  }

  /** Ends it, also while it reads. Resolves when its files are closed. */
  async end(): Promise<void> {
    this.isOver = true;
    void this.worker.terminate();
    await this.ended;
  }

  private answer(reply: ReadReply): void {
    const { caller } = this;
    this.caller = undefined;
    this.worker.unref();
    if ('message' in reply) caller?.reject(errorOf(reply));
    else caller?.resolve(reply);
  }

  private fail(cause?: unknown): void {
    this.isOver = true;
    this.caller?.reject(databaseUnavailable('The thread that was reading has ended.', cause));
    this.caller = undefined;
  }
}
