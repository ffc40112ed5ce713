import type { LoggerService } from '@nestjs/common';
import type { DiskLimits } from './sqlite/disk/disk-guard.js';
import type { UnitOptions } from './unit.js';

export const NO_LOG: LoggerService = { log: () => undefined, error: () => undefined, warn: () => undefined };

/** A PostgreSQL database. */
export interface PostgresOptions {
  /** `postgres://user:password@host:port/database?sslmode=…`. */
  readonly url: string;
  /** The most connections that serve. */
  readonly poolSize: number;
  /** The server cancels statements after this time, in milliseconds; 0 for no limit. Migrations have none. */
  readonly statementTimeoutMs: number;
  /** Whether a pooler refuses that time-out: then it holds on this side alone. Default: no. */
  readonly isTimeoutRefused?: boolean;
}

/** Which database it is. */
export interface DatabaseTarget {
  /** Path of the SQLite file; the file and its folder are created when missing. Not used where there is `postgres`. */
  readonly file: string;
  /** The PostgreSQL database that holds the memory. Default: none, the file holds it. */
  readonly postgres?: PostgresOptions | undefined;
}

/** How a database is opened. */
export interface DatabaseOptions extends DatabaseTarget {
  /** Logs opening and migrating; `false` for no log. Default: Nest's logger. */
  readonly logger?: LoggerService | false;
  /** Statements that take longer are logged, in milliseconds. Default: none. */
  readonly slowQueryMs?: number;
  /** How many threads there may be for reads that may take long. Default: 1. */
  readonly readerThreads?: number;
  /** Free space to reserve on the disk. Default: none; a full disk is detected all the same. */
  readonly disk?: DiskLimits;
  /** Recorded in the lock: other processes may write beside `serving`, and beside nothing else. Default: serving. */
  readonly purpose?: 'serving' | 'importing into';
}

/** How a unit of work is written. */
export interface WriteOptions extends Pick<UnitOptions, 'takesPosition' | 'commitsAsynchronously'> {
  /** Write also while the disk is full: for writes that free space, or are small and cannot wait. Default: no. */
  readonly allowOnFullDisk?: boolean;
  /** Memory that the work holds until it is written, where that may be much: it counts against the queue's limit. */
  readonly bytes?: number;
}
