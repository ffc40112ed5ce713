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
const LEAST_FREE_BYTES = MB;
/** What has to be free beside the reserve before writing goes on: about what the write-ahead log takes. */
const MARGIN_BYTES = 4 * MB;
const CHECK_EVERY_MS = 5000;
/** How soon a refused write checks again whether there is room. */
const RECHECK_AFTER_MS = 1000;
/** How soon the reserve is made again where that failed. */
const RETRY_AFTER_MS = 60_000;

/**
 * Watches the disk that holds the database. When the disk is full, the guard gives up the reserve and refuses new
 * writes, so that the room of the reserve serves what must go on: deleting, checkpoints, the next start. When there is
 * room for the reserve and a margin, the guard makes the reserve again and lets writes through.
 */
export class DiskGuard {
  private readonly reserve: DiskReserve | undefined;
  private isFull = false;
  private writer: DataSource | undefined;
  private timer: NodeJS.Timeout | undefined;
  private making: Promise<void> | undefined;
  private abort = new AbortController();
  private checkedAt = 0;
  private retryAt = 0;

  /** @param limits where there are none, a reserve that another process may keep is not touched. */
  constructor(
    private readonly file: string,
    private readonly limits: DiskLimits | undefined,
    private readonly logger: LoggerService,
  ) {
    this.reserve = limits && new DiskReserve(file, limits.reserveBytes);
  }

  /** Opening the file takes some room: where there is none, the reserve is given up for it. */
  makeRoomToOpen(): void {
    const isStillFull = this.reserve?.wasGivenUp && !this.hasRoom;
    if (isStillFull || this.freeBytes < LEAST_FREE_BYTES) this.becomeFull();
  }

  /**
   * Begins to watch, and makes the reserve in the background.
   * @param writer the connection that writes: while the disk is full, it gives back what the database does not need.
   */
  watch(writer: DataSource): void {
    this.writer = writer;
    this.timer = setInterval(() => {
      this.check();
    }, CHECK_EVERY_MS).unref();
    this.check();
  }

  /** The precondition of a unit that adds to the database. @throws ProblemError `storage_full`. */
  readonly requireRoom = (): void => {
    if (this.isFull && Date.now() - this.checkedAt >= RECHECK_AFTER_MS) this.check();
    if (this.isFull) throw this.problem();
  };

  /** A write that failed may have failed because the disk is full. @returns the error to answer with. */
  readonly explain = (error: unknown): unknown => {
    const problem = translateDatabaseError(error);
    if (!(problem instanceof ProblemError)) return problem;
    // A disk quota is an I/O error to SQLite. Its own bound on the size of a file is SQLITE_FULL, on any disk.
    if (problem.code !== 'storage_full' && problem.code !== 'database_unavailable') return problem;
    if (!this.isFull && this.freeBytes < MARGIN_BYTES) this.becomeFull();
    return this.isFull ? this.problem(problem) : problem;
  };

  /** `down`: the disk is full, and nothing new is written. */
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
    this.abort.abort();
    await this.making;
  }

  private check(): void {
    this.checkedAt = Date.now();
    if (!this.isFull && this.freeBytes < LEAST_FREE_BYTES) this.becomeFull();
    else if (this.isFull) this.reclaim();
    const isReserveDue = this.isFull || this.reserve?.isInPlace === false;
    if (isReserveDue && !this.making && this.hasRoom && this.checkedAt >= this.retryAt) {
      this.making = this.makeReserve(this.abort.signal).finally(() => (this.making = undefined));
    }
  }

  private becomeFull(): void {
    this.isFull = true;
    this.retryAt = 0;
    this.abort.abort();
    this.abort = new AbortController();
    try {
      this.reserve?.giveUp();
    } catch (error) {
      this.logger.warn(`The reserve beside ${this.file} could not be given up: ${String(error)}`);
    }
    this.logger.error(`${this.problem().message} (${this.file})`);
    this.reclaim();
  }

  private reclaim(): void {
    if (this.writer) reclaimSpace(sqliteHandle(this.writer));
  }

  private async makeReserve(signal: AbortSignal): Promise<void> {
    try {
      await this.reserve?.make(signal);
    } catch (error) {
      if (signal.aborted) return;
      this.retryAt = Date.now() + RETRY_AFTER_MS;
      this.logger.warn(`The reserve beside ${this.file} could not be made: ${String(error)}`);
    }
    // Where making it failed for another reason than room, such as rights, writing goes on without a reserve.
    if (!this.isFull || signal.aborted || (this.reserve?.isInPlace === false && !this.hasRoom)) return;
    this.isFull = false;
    this.logger.log('There is room on the disk again: writing goes on.');
  }

  private get hasRoom(): boolean {
    return this.freeBytes >= this.wantedBytes;
  }

  private get wantedBytes(): number {
    return (this.limits?.reserveBytes ?? 0) + MARGIN_BYTES;
  }

  private problem(cause?: unknown): ProblemError {
    const missing = this.wantedBytes - this.freeBytes;
    return storageFull(missing > 0 ? `at least ${inMb(missing)}` : 'some space', cause);
  }
}

function inMb(bytes: number): string {
  return `${Math.ceil(bytes / MB)} MB`;
}
