import { closeSync, openSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';
import type { Database as SqliteHandle, Statement } from 'better-sqlite3';
import type { CheckpointMessage, CheckpointOrder, LogState } from '../workers/checkpoint-thread.js';
import { startWorker } from '../workers/start-worker.js';

/** How long the log gets, in pages, before it is moved into the database: as with SQLite. */
const DUE_PAGES = 1000;
/** What the event loop may be held up for; more is moved by a thread. */
const MOST_PAGES_AT_ONCE = 4000;
/** By so many pages a log grows beside a thread; then it is written faster than the disk takes it, and writers wait. */
const MOST_GROWTH = 16_000;
/** Until it is tried again where somebody reads what is older, so that nothing can be moved. */
const PAUSE_MS = 5000;

/**
 * Moves what is committed from the write-ahead log into the database, in the place of SQLite, which does it within a
 * commit, all at once. After somebody has read for long, such as a backup or an export, that may be a gigabyte.
 *
 * The log begins anew only when all of it is in the database, which a thread cannot reach beside somebody who writes.
 * So the writers wait for its last round, or where they write faster than it moves; the event loop does not.
 */
export class Checkpoints {
  private readonly look: Statement<[], LogState>;
  private readonly move: Statement;
  private readonly order: CheckpointOrder;
  private thread: Promise<void> | undefined;
  private isLastRound = false;
  /** The shortest it was since it began anew, or since nobody kept it from that. */
  private shortest = Infinity;
  private pause: NodeJS.Timeout | undefined;
  /** Where no thread can be had, everything is moved here. */
  private hasThreads = true;

  constructor(writer: SqliteHandle, file: string) {
    writer.pragma('wal_autocheckpoint = 0');
    this.look = writer.prepare('PRAGMA wal_checkpoint(NOOP)');
    this.move = writer.prepare('PRAGMA wal_checkpoint(PASSIVE)');
    // Kept open: to close any descriptor of the file would drop the locks that this process has on it.
    this.order = { file, descriptor: openSync(file, 'r') };
  }

  /** To be called between two transactions; what is due is done when answers that wait have left. Never throws. */
  async checkpointIfDue(): Promise<void> {
    try {
      const { log, checkpointed } = this.look.get() ?? { log: 0, checkpointed: 0 };
      this.shortest = Math.min(this.shortest, log);
      if (this.thread) {
        if (this.isLastRound || log - this.shortest > MOST_GROWTH) await this.thread;
        return;
      }
      const pages = log - checkpointed;
      if (log < DUE_PAGES || pages === 0) return;
      await nextTurn();
      if (pages <= MOST_PAGES_AT_ONCE || !this.hasThreads) this.move.get();
      else if (!this.pause) this.beginThread();
    } catch {
      // A full disk, or one that does not answer: the log keeps everything until the next time.
    }
  }

  /** Resolves when no thread has the file open, and none will. */
  async stop(): Promise<void> {
    this.hasThreads = false;
    await this.thread;
    clearTimeout(this.pause);
  }

  /** To be called when every connection to the file is closed. */
  release(): void {
    closeSync(this.order.descriptor);
  }

  /** Never throws: it is also called where nobody would hear of it. */
  private beginThread(): void {
    try {
      this.watch(startWorker('checkpoint', this.order));
    } catch {
      this.hasThreads = false;
    }
  }

  private watch(worker: Worker): void {
    worker.on('message', (message: CheckpointMessage) => {
      if (message === 'last round') this.isLastRound = true;
      else this.pauseThreads();
    });
    worker.once('error', () => {
      this.hasThreads = false;
    });
    this.thread = new Promise((resolve) => {
      worker.once('exit', () => {
        this.thread = undefined;
        this.isLastRound = false;
        resolve();
      });
    });
  }

  /** Whoever reads may be the last to do anything for a long time: nobody has to write for it to be tried again. */
  private pauseThreads(): void {
    this.shortest = Infinity;
    if (!this.hasThreads) return;
    this.pause = setTimeout(() => {
      this.pause = undefined;
      this.beginThread();
    }, PAUSE_MS).unref();
  }
}
