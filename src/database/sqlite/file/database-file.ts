import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LoggerService } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import type { HealthStatus } from '../../../observability/health-indicators.js';
import { describeError } from '../../../problems/described-error.js';
import { makeOwn } from '../../../files/files.js';
import type { DiskGuard } from '../disk/disk-guard.js';
import { migrateFile } from './migrator.js';
import { StoredReports } from '../recovery/quarantine.js';
import { Maintenance } from '../workers/maintenance.js';
import { checkPages } from '../workers/page-check.js';
import { FileRefused } from './header.js';
import { DatabaseInUse, type FileLock } from './lock.js';
import { readSalt } from './write-ahead-log.js';
import { openExclusive } from './open.js';
import { recover } from '../recovery/recovery.js';
import { finishRestore } from '../recovery/restore.js';
import { beginLog, optimizeAtStart } from '../connection/transaction.js';

const THREAD_PATIENCE_MS = 5000;

/** The database file while this process has it: its lock, its known damage, and the maintenance tasks that read it. */
export class DatabaseFile {
  /** Tasks that take long and only read the file. */
  readonly maintenance = new Maintenance();
  private damage: string | undefined;
  private readonly reports: StoredReports;

  /** @param lock none where the file is opened beside a service, or could not be opened. */
  constructor(
    readonly path: string,
    private readonly lock?: FileLock,
    private readonly isCheckDue = false,
  ) {
    this.reports = new StoredReports(path);
  }

  /**
   * Takes a file for this process, recovers what the last one left, and migrates it.
   * @param disk makes room with the lock, before anything is written: another process may rely on the reserve.
   * @throws DatabaseInUse where another process has it; FileRefused, or what SQLite says, where it cannot be used.
   */
  static take(name: string, log: LoggerService, disk: DiskGuard): Promise<DatabaseFile> {
    return openExclusive(name, { log }, async ({ path, lock }) => {
      disk.makeRoomToOpen();
      if (lock && (await finishRestore(path))) log.warn('Finished a restore that had been cut off.');
      const isCheckDue = await recover(path, lock, log);
      // An existing file keeps the mode that its owner chose; SQLite gives that of the file to its log.
      if (!existsSync(path)) makeOwn(path);
      await migrateFile(path, log);
      return new DatabaseFile(path, lock, isCheckDue);
    });
  }

  /**
   * Records that the file is served from now on, and which log was begun for it. A file that was too large to be checked
   * before is checked in the background.
   */
  begin(writer: DataSource, log: LoggerService, purpose: 'serving' | 'importing into'): void {
    optimizeAtStart(writer);
    beginLog(writer);
    this.lock?.begin(purpose, readSalt(`${this.path}-wal`));
    if (!this.isCheckDue) return;
    void checkPages(this.path, this.maintenance, (found) => {
      this.noteDamage(found);
      log.error(`The database is damaged: ${found}. Restart the service: it salvages what can be read.`);
    });
  }

  /** Resolves when nothing but the connections that serve reads the file. */
  async stopMaintenance(): Promise<void> {
    // A thread that is inside SQLite ends when SQLite returns, which may take long; it only reads.
    await Promise.race([this.maintenance.stop(), sleep(THREAD_PATIENCE_MS, undefined, { ref: false })]);
  }

  /** Makes the next start check the whole file before it serves. */
  noteDamage(found: string): void {
    this.damage ??= found;
    this.lock?.noteDamage();
  }

  release(): void {
    this.lock?.release();
  }

  /** Degraded for as long as damage is known that nobody has dealt with. */
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
 * @returns the reason as everybody may read it: without a path.
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
