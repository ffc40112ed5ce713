import type { LoggerService } from '@nestjs/common';
import type { DiskLimits } from './sqlite/disk/disk-guard.js';

/** What is larger is read by one caller at a time: nobody counts it before it has become an answer. */
export const LARGE_READ = 262_144;

export const NO_LOG: LoggerService = { log: () => undefined, error: () => undefined, warn: () => undefined };

/** Where the database is, and who hears of it. */
export interface DatabaseOptions {
  /** Path of the SQLite file; it and its folder are made when missing. */
  readonly file: string;
  /** Takes the messages of opening and migrating; `false` for none. Default: Nest's logger. */
  readonly logger?: LoggerService | false;
  /** A statement that takes longer, in milliseconds, is told to the logger. Default: none is. */
  readonly slowQueryMs?: number;
  /** What is kept free on the disk. Default: nothing; a full disk is noticed and answered for all the same. */
  readonly disk?: DiskLimits;
  /** What the file is opened for; beside who serves it, commands may write. Default: serving. */
  readonly purpose?: 'serving' | 'importing into';
}

/** How a unit of work is written. */
export interface WriteOptions {
  /** Also when the disk is full: it frees space, or is small and cannot wait. Default: no. */
  readonly allowOnFullDisk?: boolean;
  /** How much the work holds in memory until it is written, where that may be much: the queue has a bound for it. */
  readonly bytes?: number;
}
