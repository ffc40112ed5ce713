import type { LoggerService } from '@nestjs/common';
import type { HealthStatus } from '../../../observability/health-indicators.js';
import { ProblemError } from '../../../problems/problem.error.js';
import { DiskReserve } from './disk-reserve.js';
import { freeBytesBeside } from './disk-space.js';
import { translateDatabaseError } from '../connection/errors.js';
import { storageFull } from '../../database-problems.js';

/** The reserve and the warning threshold of the disk, in bytes. */
export interface DiskLimits {
  /** Size of the reserve file, truncated when the disk is full so that deleting still works; 0 for none. */
  readonly reserveBytes: number;
  /** Below this free space the health is `degraded`. */
  readonly minFreeBytes: number;
}

const MB = 1_048_576;
/** Below this free space only deletes are written: the rest is for checkpoints, closing and the next start. */
const MIN_FREE_BYTES = MB;
/** Free space beyond the reserve that ends the full state (hysteresis): about the size of the write-ahead log. */
const MARGIN_BYTES = 4 * MB;
const CHECK_INTERVAL_MS = 5000;
/** Minimum interval of the checks that rejected writes trigger. */
const RECHECK_INTERVAL_MS = 1000;
/** Delay before creating the reserve again after a failure. */
const RETRY_DELAY_MS = 60_000;

/**
 * Monitors the free space of the database's disk. When the disk is full, the guard releases the reserve and rejects new
 * writes, so that the space of the reserve is left for deletes, checkpoints and the next start. When there is space for
 * the reserve and a margin, the guard creates the reserve again and admits writes.
 */
export class DiskGuard {
  private readonly reserve: DiskReserve | undefined;
  private isFull = false;
  private isStopped = false;
  private reclaim: () => void = () => undefined;
  private timer: NodeJS.Timeout | undefined;
  private reserveTask: Promise<void> | undefined;
  private abort = new AbortController();
  private checkedAt = 0;
  private retryAt = 0;

  /** @param limits without them no reserve is managed: another process may own the one beside the file. */
  constructor(
    private readonly file: string,
    private readonly limits: DiskLimits | undefined,
    private readonly logger: LoggerService,
  ) {
    this.reserve = limits && new DiskReserve(file, limits.reserveBytes);
  }

  /** Called before the file is opened, which takes some space: on a full disk, releases the reserve for it. */
  makeRoomToOpen(): void {
    const isStillFull = this.reserve?.wasGivenUp && !this.hasRoom;
    if (isStillFull || this.freeBytes < MIN_FREE_BYTES) this.becomeFull();
  }

  /**
   * Starts monitoring, and creates the reserve in the background.
   * @param reclaim returns unused space of the database to the disk; called while it is full. It never throws.
   */
  watch(reclaim: () => void): void {
    this.reclaim = reclaim;
    this.timer = setInterval(() => {
      this.check();
    }, CHECK_INTERVAL_MS).unref();
    this.check();
  }

  /** The precondition of a unit that adds to the database. @throws ProblemError `storage_full`. */
  readonly requireRoom = (): void => {
    this.recheck();
    if (this.isFull) throw this.problem();
  };

  /** Checks again while the disk is full. Outside of a transaction, pages that are free are given back. */
  recheck(): void {
    if (this.isFull && Date.now() - this.checkedAt >= RECHECK_INTERVAL_MS) this.check();
  }

  /** Translates the error of a failed write, and detects whether a full disk caused it. */
  readonly translateFailure = (error: unknown): unknown => {
    const problem = translateDatabaseError(error);
    if (!(problem instanceof ProblemError)) return problem;
    // SQLite reports a disk quota as an I/O error, and its own limit of the file size as SQLITE_FULL.
    if (problem.code !== 'storage_full' && problem.code !== 'database_unavailable') return problem;
    if (!this.isFull && this.freeBytes < MARGIN_BYTES) this.becomeFull();
    return this.isFull ? this.problem(problem) : problem;
  };

  /** `down` while the disk is full and new writes are rejected. */
  condition(): HealthStatus {
    if (this.isFull) return { state: 'down', detail: this.problem().message };
    const { freeBytes } = this;
    const detail = Number.isFinite(freeBytes) ? `${inMb(freeBytes)} are free.` : 'Unknown.';
    return { state: freeBytes < (this.limits?.minFreeBytes ?? 0) ? 'degraded' : 'up', detail };
  }

  /** Free space of the disk; `Infinity` where the file system does not report it. */
  get freeBytes(): number {
    return freeBytesBeside(this.file);
  }

  /** Stops monitoring, and aborts the creation of a reserve. */
  async stop(): Promise<void> {
    this.isStopped = true;
    clearInterval(this.timer);
    this.abort.abort();
    await this.reserveTask;
  }

  private check(): void {
    if (this.isStopped) return;
    this.checkedAt = Date.now();
    if (!this.isFull && this.freeBytes < MIN_FREE_BYTES) this.becomeFull();
    else if (this.isFull) this.reclaim();
    const isReserveDue = this.isFull || this.reserve?.isInPlace === false;
    if (isReserveDue && !this.reserveTask && this.hasRoom && this.checkedAt >= this.retryAt) {
      this.reserveTask = this.makeReserve(this.abort.signal).finally(() => (this.reserveTask = undefined));
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

  private async makeReserve(signal: AbortSignal): Promise<void> {
    try {
      await this.reserve?.make(signal);
    } catch (error) {
      if (signal.aborted) return;
      this.retryAt = Date.now() + RETRY_DELAY_MS;
      this.logger.warn(`The reserve beside ${this.file} could not be made: ${String(error)}`);
    }
    // Where creating it failed for another reason than space, such as permissions, the service writes without a reserve.
    if (!this.isFull || signal.aborted || (this.reserve?.isInPlace === false && !this.hasRoom)) return;
    this.isFull = false;
    this.logger.log('There is room on the disk again: writing goes on.');
  }

  private get hasRoom(): boolean {
    return this.freeBytes >= this.requiredBytes;
  }

  private get requiredBytes(): number {
    return (this.limits?.reserveBytes ?? 0) + MARGIN_BYTES;
  }

  private problem(cause?: unknown): ProblemError {
    const missing = this.requiredBytes - this.freeBytes;
    return storageFull(missing > 0 ? `at least ${inMb(missing)}` : 'some space', cause);
  }
}

function inMb(bytes: number): string {
  return `${Math.ceil(bytes / MB)} MB`;
}
