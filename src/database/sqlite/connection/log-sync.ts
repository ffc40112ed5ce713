import { closeSync, fdatasyncSync, openSync, readSync, writeSync } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Database as SqliteHandle } from 'better-sqlite3';
import { databaseUnavailable } from '../../database-problems.js';
import { isInputOutputError } from './errors.js';

/** Values of `PRAGMA synchronous`: in WAL mode a commit is synced with `FULL`, and only a checkpoint with `NORMAL`. */
const [NORMAL, FULL] = [1, 2];
const PIECE_BYTES = 1_048_576;

/**
 * When the write-ahead log is synced. A synced commit makes durable what is in the log before it, too. An asynchronous one
 * is synced a moment later, outside the event loop: a power cut before that ends the log in front of it, and the next synced
 * commit finds little to wait for.
 *
 * After a failed sync the system may give up what it was to write, so that the next one succeeds with a gap in the log
 * (https://lwn.net/Articles/752063/), at which recovery stops. SQLite writes the frames of a commit anew whose sync failed; for
 * those before it the log is in doubt, until all of it is written once more.
 */
export class LogSync {
  /** Whether a checkpoint has to wait: it would copy pages that may not be on the disk. */
  isInDoubt = false;
  private readonly log: string;
  private isAsynchronous = false;
  private isSyncDue = false;
  private syncing: Promise<void> | undefined;

  constructor(
    private readonly handle: SqliteHandle,
    file: string,
  ) {
    this.log = `${file}-wal`;
  }

  /** What a commit that is acknowledged waits for, as SQLite's setting has it. */
  get synchronous(): number {
    return this.isAsynchronous ? FULL : Number(this.handle.pragma('synchronous', { simple: true }));
  }

  /** Called after a commit. */
  committed(): void {
    if (!this.isAsynchronous) return;
    this.setAsynchronous(false);
    this.isSyncDue = true;
    this.syncing ??= this.syncWhileDue();
  }

  /** Resolves when the log is not synced any more. */
  async stop(): Promise<void> {
    await this.syncing;
  }

  /** Also what is committed meanwhile. Never rejects. */
  private async syncWhileDue(): Promise<void> {
    while (this.isSyncDue) {
      this.isSyncDue = false;
      await syncFile(this.log).catch((error: unknown) => {
        this.failed(error);
      });
    }
    this.syncing = undefined;
  }

  /** Called between transactions: inside of one SQLite refuses it. */
  setAsynchronous(isAsynchronous: boolean): void {
    if (isAsynchronous === this.isAsynchronous) return;
    // Not `pragma`: its statements stay until the collector ends them all at once.
    this.handle.exec(`PRAGMA synchronous = ${isAsynchronous ? NORMAL : FULL}`);
    this.isAsynchronous = isAsynchronous;
  }

  /** Called with every error of whoever writes or syncs the log: the system tells of a failed sync once. */
  failed(error: unknown): void {
    if (isInputOutputError(error)) this.isInDoubt = true;
  }

  /**
   * Writes the log once more where it is in doubt: what was given up is still in the memory of the system. Called with the write
   * lock held, so that nobody adds to the log meanwhile.
   * @throws ProblemError `database_unavailable` where the disk still fails; the log stays in doubt.
   */
  writeAgainInDoubt(): void {
    if (!this.isInDoubt) return;
    try {
      writeAgain(this.log);
    } catch (error) {
      throw databaseUnavailable(
        'The disk has not taken what was written before; nothing is written until it does.',
        error,
      );
    }
    this.isInDoubt = false;
  }
}

async function syncFile(path: string): Promise<void> {
  const handle = await open(path);
  await handle.datasync().finally(() => handle.close());
}

/** Writes a file as it is over itself, and syncs it. */
function writeAgain(path: string): void {
  const descriptor = openSync(path, 'r+');
  try {
    const piece = Buffer.allocUnsafe(PIECE_BYTES);
    for (let at = 0, bytes = 0; (bytes = readSync(descriptor, piece, 0, PIECE_BYTES, at)) > 0; at += bytes)
      writeSync(descriptor, piece, 0, bytes, at);
    fdatasyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
