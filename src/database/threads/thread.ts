import { Worker } from 'node:worker_threads';
import { errorOf } from '../../problems/errors.js';
import { databaseUnavailable } from '../database-problems.js';

/** Why an order failed, as a thread answers it. */
export interface ThreadFailure {
  readonly message: string;
  readonly code: string | undefined;
}

interface Caller<Done> {
  readonly resolve: (done: Done) => void;
  readonly reject: (error: unknown) => void;
}

/** A thread that answers each order with one message. It has one at a time, and keeps the process alive only while it does. */
export class Thread<Order, Done extends object> {
  /** Resolves when the thread is gone and its files are closed. */
  readonly ended: Promise<void>;
  /** Whether it takes no more orders. */
  isOver = false;
  private readonly worker: Worker;
  private caller: Caller<Done> | undefined;

  constructor(program: URL, { name, workerData }: { readonly name: string; readonly workerData?: unknown }) {
    this.worker = new Worker(program, { name, workerData });
    this.worker.unref();
    this.worker.on('message', (reply: Done | ThreadFailure) => {
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
  ask(order: Order): Promise<Done> {
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

  /** Ends it, also while it works. Resolves when its files are closed. */
  async end(): Promise<void> {
    this.isOver = true;
    void this.worker.terminate();
    await this.ended;
  }

  private answer(reply: Done | ThreadFailure): void {
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
