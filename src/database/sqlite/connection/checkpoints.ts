import { closeSync, openSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Database as SqliteHandle, Statement } from 'better-sqlite3';
import type { CheckpointOrder, LogState } from '../workers/checkpoint-thread.js';
import { CheckpointWorker, type CheckpointResult } from '../workers/checkpoint-worker.js';
import { LogSync } from './log-sync.js';

/** A checkpoint is due from this log size on: SQLite's own default. */
const MIN_PAGES = 1000;
/** Up to this size the writers wait for the checkpoint, some milliseconds; they write on beside a larger one. */
const MAX_PAGES_TO_WAIT_FOR = 4000;
/** Growth of the log during a checkpoint from which on writers wait for its end (backpressure). */
const MAX_GROWTH_PAGES = 16_000;
/** Delay of the next attempt while a long-lived reader blocks the checkpoint. */
const RETRY_DELAY_MS = 5000;

/**
 * Runs checkpoints in the place of SQLite's automatic ones, which run inside a commit and move the whole log at once:
 * after a long-lived reader, such as a backup or an export, that may be a gigabyte. They run in a thread: most of their
 * time is spent waiting for the disk, and the event loop does not.
 *
 * The log restarts only after a complete checkpoint, which the thread cannot reach while the service writes. So writers wait
 * for a short one, for the last round of a long one, and while they write faster than it moves pages.
 */
export class Checkpoints {
  readonly sync: LogSync;
  private readonly readState: Statement<[], LogState>;
  private readonly checkpoint: Statement;
  private readonly worker: CheckpointWorker;
  /** An open descriptor of the file. */
  private readonly descriptor: number;
  /** The checkpoint that runs. */
  private ongoing: Promise<void> | undefined;
  private isLastRound = false;
  /** Smallest log size, in pages, since the last restart of the log or the last block by a reader. */
  private shortestLog = Infinity;
  private retryTimer: NodeJS.Timeout | undefined;
  /** While the database is closed no thread may open it. */
  private isStopped = false;

  constructor(writer: SqliteHandle, file: string) {
    writer.pragma('wal_autocheckpoint = 0');
    this.sync = new LogSync(writer, file);
    this.readState = writer.prepare('PRAGMA wal_checkpoint(NOOP)');
    this.checkpoint = writer.prepare('PRAGMA wal_checkpoint(PASSIVE)');
    // Stays open: closing any descriptor of the file drops all POSIX advisory locks of the process on it.
    this.descriptor = openSync(file, 'r');
    this.worker = new CheckpointWorker({ file, descriptor: this.descriptor });
  }

  /** Called between two transactions; yields first, so that pending answers are sent. Never throws. */
  async checkpointIfDue(): Promise<void> {
    try {
      // A checkpoint that was already ending leaves what was written meanwhile: then another one is due.
      while (await this.runIfDue());
    } catch (error) {
      // The disk is full or does not respond: the log keeps everything until the next attempt.
      this.sync.failed(error);
    }
  }

  /** @returns whether the writer has waited for a long checkpoint, after which more may be due. */
  private async runIfDue(): Promise<boolean> {
    if (this.sync.isInDoubt) return false;
    const { log, checkpointed } = this.readState.get() ?? { log: 0, checkpointed: 0 };
    this.shortestLog = Math.min(this.shortestLog, log);
    const isTooLong = log - this.shortestLog > MAX_GROWTH_PAGES;
    if (this.ongoing) {
      if (!this.isLastRound && !isTooLong) return false;
      await this.ongoing;
      return true;
    }
    const pages = log - checkpointed;
    if (log < MIN_PAGES || pages === 0) return false;
    await nextTurn();
    // The timer may have begun one in this turn.
    if (this.isRunning()) return true;
    if (this.isStopped) this.checkpoint.get();
    else if (pages <= MAX_PAGES_TO_WAIT_FOR) await this.begin('once');
    else if (!this.retryTimer) {
      void this.begin('all');
      return isTooLong;
    }
    return false;
  }

  /** Resolves when no thread has the file open; none is started afterwards. */
  async stop(): Promise<void> {
    this.isStopped = true;
    clearTimeout(this.retryTimer);
    await this.ongoing;
    await this.sync.stop();
    await this.worker.stop();
  }

  /** Called after every connection to the file is closed. */
  release(): void {
    closeSync(this.descriptor);
  }

  private isRunning(): boolean {
    return this.ongoing !== undefined;
  }

  /** Never rejects: it also runs in a timer, where no caller would catch the error. */
  private begin(order: CheckpointOrder): Promise<void> {
    this.ongoing = this.run(order).then((result) => {
      this.ongoing = undefined;
      this.isLastRound = false;
      if (result === 'gone') this.runHere();
      if (result === 'failed') this.sync.isInDoubt = true;
      // Without a pause the writers would wait for as long as a reader is in the way and no thread can be had.
      if (result !== 'done') this.retryLater();
    });
    return this.ongoing;
  }

  /** On the event loop, where a thread cannot be had: the log must not grow for ever. */
  private runHere(): void {
    try {
      this.checkpoint.get();
    } catch (error) {
      // As in `checkpointIfDue`.
      this.sync.failed(error);
    }
  }

  private async run(order: CheckpointOrder): Promise<CheckpointResult> {
    try {
      return await this.worker.checkpoint(order, () => (this.isLastRound = true));
    } catch {
      return 'gone';
    }
  }

  /** Schedules the next attempt by a timer: there may be no further write to trigger it. */
  private retryLater(): void {
    this.shortestLog = Infinity;
    if (this.isStopped || this.retryTimer) return;
    this.retryTimer = setTimeout(() => {
      this.retryTimer = undefined;
      if (this.ongoing || this.sync.isInDoubt) this.retryLater();
      else void this.begin('all');
    }, RETRY_DELAY_MS).unref();
  }
}
