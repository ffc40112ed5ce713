import { setImmediate as nextTurn } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { Database as SqliteHandle, Statement } from 'better-sqlite3';

/** How long the log gets, in pages, before it is moved into the database: as with SQLite. */
const DUE_PAGES = 1000;
/** What the event loop may be held up for; more is moved by a thread. */
const MOST_PAGES_AT_ONCE = 4000;
/** Between two threads: as long as somebody reads what is older, there is nothing to move. */
const THREAD_PAUSE_MS = 5000;

interface LogState {
  /** Pages in the log; -1 where there is none. */
  readonly log: number;
  /** How many of them are in the database as well. */
  readonly checkpointed: number;
}

/**
 * Moves what is committed from the write-ahead log into the database, in the place of SQLite, which does it within a
 * commit, all at once. After somebody has read for long, such as a backup or an export, that may be a gigabyte.
 */
export class Checkpoints {
  private readonly look: Statement<[], LogState>;
  private readonly move: Statement;
  private thread: Promise<void> | undefined;
  private threadNotBefore = 0;

  constructor(
    writer: SqliteHandle,
    private readonly file: string,
  ) {
    writer.pragma('wal_autocheckpoint = 0');
    this.look = writer.prepare('PRAGMA wal_checkpoint(NOOP)');
    this.move = writer.prepare('PRAGMA wal_checkpoint(PASSIVE)');
  }

  /** To be called between two transactions; what is due is done when answers that wait have left. Never throws. */
  async tend(): Promise<void> {
    try {
      const pages = this.pagesDue();
      if (pages === 0) return;
      await nextTurn();
      if (pages <= MOST_PAGES_AT_ONCE) this.move.get();
      else this.beginThread();
    } catch {
      // A full disk, or one that does not answer: the log keeps everything until the next time.
    }
  }

  /** Resolves when no thread has the file open. */
  async finished(): Promise<void> {
    await this.thread;
  }

  private pagesDue(): number {
    if (this.thread) return 0;
    const { log, checkpointed } = this.look.get() ?? { log: 0, checkpointed: 0 };
    return log < DUE_PAGES ? 0 : log - checkpointed;
  }

  private beginThread(): void {
    if (performance.now() < this.threadNotBefore) return;
    const worker = new Worker(new URL('./sqlite-checkpoint-thread.mjs', import.meta.url), {
      workerData: this.file,
    });
    this.thread = new Promise((resolve) => {
      worker
        .once('error', () => undefined)
        .once('exit', () => {
          this.thread = undefined;
          this.threadNotBefore = performance.now() + THREAD_PAUSE_MS;
          resolve();
        });
    });
  }
}
