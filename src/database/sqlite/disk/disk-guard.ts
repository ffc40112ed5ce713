import type { LoggerService } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import type { HealthStatus } from '../../../observability/health-indicators.js';
import { ProblemError } from '../../../problems/problem.error.js';
import { reclaimSpace } from './disk-reclaim.js';
import { DiskReserve } from './disk-reserve.js';
import { freeBytesBeside } from './disk-space.js';
import { storageFull, translateDatabaseError } from '../connection/errors.js';
import { sqliteHandle } from '../connection/handle.js';

/** What is kept free on the disk, and when little is too little. In bytes. */
export interface DiskLimits {
  /** The size of a file that is given up when the disk is full, so that deleting still works; 0 for none. */
  readonly reserveBytes: number;
  /** With less free space than this, the health is `degraded`. */
  readonly minFreeBytes: number;
}

const MB = 1_048_576;
/** With less than this free, nothing new is written: what is left is for closing, deleting and starting again. */
const NEXT_TO_NOTHING = MB;
/** What has to be free beside the reserve before writing goes on: about what the write-ahead log takes. */
const MARGIN = 4 * MB;
const LOOK_EVERY_MS = 5000;
/** How often writes that are refused make it look again, and how soon after a failure the reserve is made again. */
const LOOK_AGAIN_MS = 1000;
const MAKE_AGAIN_MS = 60_000;

/**
 * Watches the disk that holds the database. When it is full, the reserve is given up and nothing new is written, so
 * that its room serves what must go on: deleting, checkpoints, the next start. When there is room for the reserve
 * again and a little more, it is made again, and writing goes on.
 */
export class DiskGuard {
  private readonly reserve: DiskReserve | undefined;
  private isFull = false;
  private writer: DataSource | undefined;
  private timer: NodeJS.Timeout | undefined;
  private making: { readonly done: Promise<void>; readonly abort: AbortController } | undefined;
  private lookedAt = 0;
  private makeNotBefore = 0;

  /** @param limits where there are none, a reserve that another process may keep is not touched. */
  constructor(
    private readonly file: string,
    private readonly limits: DiskLimits | undefined,
    private readonly logger: LoggerService,
  ) {
    this.reserve = limits && new DiskReserve(file, limits.reserveBytes);
  }

  /** Before the file is opened, which takes some room: where there is none, the reserve is given up for it. */
  makeRoomToOpen(): void {
    const isStillFull = this.reserve?.wasGivenUp && !this.hasRoom;
    if (isStillFull || this.freeBytes < NEXT_TO_NOTHING) this.becomeFull();
  }

  /**
   * Begins to watch, and makes the reserve, in the background.
   * @param writer the connection that writes: while the disk is full, it gives back what the database does not need.
   */
  watch(writer: DataSource): void {
    this.writer = writer;
    this.timer = setInterval(() => {
      this.look();
    }, LOOK_EVERY_MS).unref();
    this.look();
  }

  /**
   * Lets a unit of work be written, unless the disk is full.
   * @param write gets what is to be asked again when the unit has its turn.
   * @throws ProblemError `storage_full`; what the writing throws.
   */
  async guard<T>(write: (precondition?: () => void) => Promise<T>, allowOnFullDisk = false): Promise<T> {
    try {
      if (allowOnFullDisk) return await write();
      this.refuseWhileFull();
      // The disk may become full while the unit waits for its turn.
      return await write(this.refuseWhileFull);
    } catch (error) {
      throw this.explain(translateDatabaseError(error));
    } finally {
      this.lookAgain();
    }
  }

  /** How the disk is. `down`: it is full, and nothing new is written. */
  condition(): HealthStatus {
    if (this.isFull) return { state: 'down', detail: this.problem().message };
    const { freeBytes } = this;
    const detail = Number.isFinite(freeBytes) ? `${inMb(freeBytes)} are free.` : 'Unknown.';
    return { state: freeBytes < (this.limits?.minFreeBytes ?? 0) ? 'degraded' : 'up', detail };
  }

  /** What is free on the disk; without bound where the file system does not tell. */
  get freeBytes(): number {
    return freeBytesBeside(this.file);
  }

  /** Stops watching; a reserve that is just being made is left out. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    this.making?.abort.abort();
    await this.making?.done;
  }

  /** Refused writes make it look whether there is room again, once a second at most. */
  private readonly refuseWhileFull = (): void => {
    this.lookAgain();
    if (this.isFull) throw this.problem();
  };

  private lookAgain(): void {
    if (this.isFull && Date.now() - this.lookedAt >= LOOK_AGAIN_MS) this.look();
  }

  /** A write that failed may have failed because the disk is full. @returns the error to answer with. */
  private explain(error: unknown): unknown {
    if (!(error instanceof ProblemError)) return error;
    const isFault = error.code === 'storage_full' || error.code === 'database_unavailable';
    // SQLite says that it is full also where its own bound is met; a quota is an I/O error to it.
    if (isFault && !this.isFull && this.freeBytes < MARGIN) this.becomeFull();
    return isFault && this.isFull ? this.problem(error) : error;
  }

  private look(): void {
    this.lookedAt = Date.now();
    if (!this.isFull && this.freeBytes < NEXT_TO_NOTHING) this.becomeFull();
    else if (this.isFull) this.reclaimQuietly();
    if (this.isFull || this.reserve?.isInPlace === false) this.makeReserveIfRoom();
  }

  private becomeFull(): void {
    this.isFull = true;
    this.makeNotBefore = 0;
    this.making?.abort.abort();
    try {
      this.reserve?.giveUp();
    } catch (error) {
      this.logger.warn(`The reserve beside ${this.file} could not be given up: ${String(error)}`);
    }
    this.logger.error(`${this.problem().message} (${this.file})`);
    this.reclaimQuietly();
  }

  private reclaimQuietly(): void {
    try {
      if (this.writer) reclaimSpace(sqliteHandle(this.writer));
    } catch {
      // No room, or a lock of another program: the next look tries again.
    }
  }

  private makeReserveIfRoom(): void {
    if (this.making || !this.hasRoom || Date.now() < this.makeNotBefore) return;
    const abort = new AbortController();
    const done = this.makeReserve(abort.signal).finally(() => (this.making = undefined));
    this.making = { done, abort };
  }

  private async makeReserve(signal: AbortSignal): Promise<void> {
    try {
      await this.reserve?.make(signal);
    } catch (error) {
      if (signal.aborted) return;
      this.makeNotBefore = Date.now() + MAKE_AGAIN_MS;
      this.logger.warn(`The reserve beside ${this.file} could not be made: ${String(error)}`);
    }
    // Also where it failed for a reason other than room, such as rights: then writing goes on without a reserve.
    if (!this.isFull || signal.aborted || (this.reserve?.isInPlace === false && !this.hasRoom)) return;
    this.isFull = false;
    this.logger.log('There is room on the disk again: writing goes on.');
  }

  private get hasRoom(): boolean {
    return this.freeBytes >= this.roomWanted;
  }

  private get roomWanted(): number {
    return (this.limits?.reserveBytes ?? 0) + MARGIN;
  }

  private problem(cause?: unknown): ProblemError {
    const missing = this.roomWanted - this.freeBytes;
    return storageFull(missing > 0 ? `at least ${inMb(missing)}` : 'some space', cause);
  }
}

function inMb(bytes: number): string {
  return `${Math.ceil(bytes / MB)} MB`;
}
