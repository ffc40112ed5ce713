import { existsSync } from 'node:fs';
import type { LoggerService } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import type { HealthStatus } from '../../../observability/health-indicators.js';
import { describeError } from '../../../problems/described-error.js';
import { createPrivateFile } from '../../../files/files.js';
import type { DiskGuard } from '../disk/disk-guard.js';
import { migrateFile } from './migrator.js';
import { StoredReports } from '../recovery/quarantine.js';
import { Maintenance } from '../workers/maintenance.js';
import { endedOrLate } from '../../threads/ended-or-late.js';
import { checkPages } from '../workers/page-check.js';
import { FileRefused } from './header.js';
import type { FeedHead } from './lock-file.js';
import { DatabaseInUse, type FileLock } from './lock.js';
import { readSalt } from './write-ahead-log.js';
import { openExclusive } from './open.js';
import { recover } from '../recovery/recovery.js';
import { finishRestore } from '../recovery/restore.js';
import { beginLog, optimizeAtStart } from '../connection/transaction.js';

/** The database file that this process has open: its lock, its known damage and its maintenance tasks. */
export class DatabaseFile {
  /** Long-running tasks that only read the file. */
  readonly maintenance = new Maintenance();
  private damage: string | undefined;
  private readonly reports: StoredReports;

  /** @param lock none where the file is opened beside a service, or is refused. */
  constructor(
    readonly path: string,
    private readonly lock?: FileLock,
    private readonly isCheckDue = false,
  ) {
    this.reports = new StoredReports(path);
  }

  /**
   * Locks a file for this process, recovers it from an unclean end, and migrates it.
   * @param disk may release the reserve, which needs the lock: another process may rely on it.
   * @throws DatabaseInUse where another process has it; FileRefused, or an SQLite error, where it cannot be used.
   */
  static take(name: string, log: LoggerService, disk: DiskGuard): Promise<DatabaseFile> {
    return openExclusive(name, { log }, async ({ path, lock }) => {
      disk.makeRoomToOpen();
      if (lock && (await finishRestore(path))) log.warn('Finished a restore that had been cut off.');
      const isCheckDue = await recover(path, lock, log);
      // An existing file keeps its mode; SQLite creates the log with the mode of the file.
      if (!existsSync(path)) createPrivateFile(path);
      await migrateFile(path, log);
      return new DatabaseFile(path, lock, isCheckDue);
    });
  }

  /**
   * Records in the lock that the file is served, and the salt of its log. Starts the background check of a file that was
   * too large for a check at the start.
   */
  begin(
    writer: DataSource,
    log: LoggerService,
    purpose: 'serving' | 'importing into',
    feed?: FeedHead,
  ): void {
    optimizeAtStart(writer);
    beginLog(writer);
    this.lock?.begin(purpose, readSalt(`${this.path}-wal`), feed);
    if (!this.isCheckDue) return;
    void checkPages(this.path, this.maintenance, (found) => {
      this.noteDamage(found);
      log.error(`The database is damaged: ${found}. Restart the service: it salvages what can be read.`);
    });
  }

  /** Ends the maintenance tasks, and resolves when they have stopped or the timeout is over. */
  stopMaintenance(): Promise<void> {
    return endedOrLate(this.maintenance.stop());
  }

  /** Makes the next start check the whole file before serving. */
  noteDamage(found: string): void {
    this.damage ??= found;
    this.lock?.noteDamage();
  }

  /**
   * Whether the file is as the last process left it, as far as its change feed tells. It is not where another file was put
   * in its place, such as a restored, a salvaged or a copied one.
   */
  isContinuation(head: FeedHead): boolean {
    return this.lock?.isContinuation(head) ?? false;
  }

  /** Notes where the change feed stands, for the next process where this one is killed. */
  readonly noteFeed = (position: number): void => {
    this.lock?.noteFeed(position);
  };

  /** @param feed where the change feed stands, for the next process. */
  release(feed?: FeedHead): void {
    this.lock?.release(feed);
  }

  /** Degraded for as long as there is known damage or a report that the operator has not deleted. */
  condition(): HealthStatus {
    if (this.damage !== undefined) {
      const detail =
        'Damage was found in the database file. Restart the service: it salvages what can be read.';
      return { state: 'degraded', detail };
    }
    const { latest } = this.reports;
    if (!latest) return { state: 'up', detail: 'No damage is known.' };
    const hint =
      'Delete the report beside the database (its name has .corrupt- and ends with .json) to close this.';
    return { state: 'degraded', detail: `${latest.summary} ${hint}`, since: latest.at };
  }
}

/**
 * Logs why a file cannot be used.
 * @returns the public reason, without a path.
 * @throws DatabaseInUse where another process has the file.
 */
export function logRefusal(error: unknown, name: string, log: LoggerService): string {
  if (error instanceof DatabaseInUse) throw error;
  const { message, stack } = describeError(error);
  log.error(`The database ${name} cannot be used; nothing in it was changed. ${stack || message}`);
  if (!(error instanceof FileRefused))
    return 'The database could not be opened or migrated; the log says why.';
  return `The database file cannot be used, and was left as it is. ${error.reason}`;
}
