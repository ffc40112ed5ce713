import { closeSync, openSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';
import type { Database as SqliteHandle, Statement } from 'better-sqlite3';
import type { CheckpointMessage, CheckpointInput, LogState } from '../workers/checkpoint-thread.js';
import { startWorker } from '../workers/start-worker.js';

/** A checkpoint is due from this log size on: SQLite's own default. */
const MIN_PAGES = 1000;
/** Up to this size the event loop runs the checkpoint itself; a larger one runs in a thread. */
const MAX_PAGES_ON_EVENT_LOOP = 4000;
/** Growth of the log during a thread's checkpoint from which on writers wait for the thread (backpressure). */
const MAX_GROWTH_PAGES = 16_000;
/** Delay of the next attempt while a long-lived reader blocks the checkpoint. */
const RETRY_DELAY_MS = 5000;

/**
 * Runs checkpoints in the place of SQLite's automatic ones, which run inside a commit and move the whole log at once:
 * after a long-lived reader, such as a backup or an export, that may be a gigabyte.
 *
 * The log restarts only after a complete checkpoint, which a thread cannot reach while the service writes. So writers wait
 * for the last round of the thread, and while they write faster than it moves pages; the event loop does not block.
 */
export class Checkpoints {
  private readonly readState: Statement<[], LogState>;
  private readonly checkpoint: Statement;
  private readonly threadInput: CheckpointInput;
  private thread: Promise<void> | undefined;
  private isLastRound = false;
  /** Smallest log size, in pages, since the last restart of the log or the last block by a reader. */
  private shortestLog = Infinity;
  private retryTimer: NodeJS.Timeout | undefined;
  /** False where threads fail to start: then every checkpoint runs on the event loop. */
  private canStartThreads = true;

  constructor(writer: SqliteHandle, file: string) {
    writer.pragma('wal_autocheckpoint = 0');
    this.readState = writer.prepare('PRAGMA wal_checkpoint(NOOP)');
    this.checkpoint = writer.prepare('PRAGMA wal_checkpoint(PASSIVE)');
    // Stays open: closing any descriptor of the file drops all POSIX advisory locks of the process on it.
    this.threadInput = { file, descriptor: openSync(file, 'r') };
  }

  /** Called between two transactions; yields first, so that pending answers are sent. Never throws. */
  async checkpointIfDue(): Promise<void> {
    try {
      // A thread that was already ending leaves what was written meanwhile: then another one is due.
      while (await this.runIfDue());
    } catch {
      // The disk is full or does not respond: the log keeps everything until the next attempt.
    }
  }

  /** @returns whether the writer has to wait, or has waited, for a thread, after which more may be due. */
  private async runIfDue(): Promise<boolean> {
    const { log, checkpointed } = this.readState.get() ?? { log: 0, checkpointed: 0 };
    this.shortestLog = Math.min(this.shortestLog, log);
    const isTooLong = log - this.shortestLog > MAX_GROWTH_PAGES;
    if (this.thread) {
      if (!this.isLastRound && !isTooLong) return false;
      await this.thread;
      return true;
    }
    const pages = log - checkpointed;
    if (log < MIN_PAGES || pages === 0) return false;
    await nextTurn();
    if (pages <= MAX_PAGES_ON_EVENT_LOOP || !this.canStartThreads) this.checkpoint.get();
    else if (!this.retryTimer) {
      this.startThread();
      return isTooLong;
    }
    return false;
  }

  /** Resolves when no thread has the file open; none is started afterwards. */
  async stop(): Promise<void> {
    this.canStartThreads = false;
    await this.thread;
    clearTimeout(this.retryTimer);
  }

  /** Called after every connection to the file is closed. */
  release(): void {
    closeSync(this.threadInput.descriptor);
  }

  /** Never throws: it also runs in a timer, where no caller would catch the error. */
  private startThread(): void {
    try {
      this.observe(startWorker('checkpoint', this.threadInput));
    } catch {
      this.canStartThreads = false;
    }
  }

  private observe(worker: Worker): void {
    worker.on('message', (message: CheckpointMessage) => {
      if (message === 'last round') this.isLastRound = true;
      else this.retryLater();
    });
    worker.once('error', () => {
      this.canStartThreads = false;
    });
    this.thread = new Promise((resolve) => {
      worker.once('exit', () => {
        this.thread = undefined;
        this.isLastRound = false;
        resolve();
      });
    });
  }

  /** Schedules the next attempt by a timer: there may be no further write to trigger it. */
  private retryLater(): void {
    this.shortestLog = Infinity;
    if (!this.canStartThreads) return;
    this.retryTimer = setTimeout(() => {
      this.retryTimer = undefined;
      this.startThread();
    }, RETRY_DELAY_MS).unref();
  }
}
