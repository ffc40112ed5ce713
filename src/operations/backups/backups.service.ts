import { join } from 'node:path';
import { Inject, Injectable, Logger, StreamableFile, type BeforeApplicationShutdown } from '@nestjs/common';
import type { Response } from 'express';
import { reasonOf } from '../../problems/errors.js';
import type { Caller } from '../../auth/guard/caller.js';
import { notFound, ProblemError } from '../../problems/problem.error.js';
import { now } from '../../time/time.js';
import { ENVIRONMENT, type Environment } from '../../config/index.js';
import { Database } from '../../database/index.js';
import {
  backupFolder,
  backupName,
  isScheduled,
  listBackups,
  openBackup,
  prepareFolder,
  prune,
  translateFolderError,
  type BackupKind,
} from './backup-folder.js';
import { BackupTurns } from './backup-turns.js';
import type { MakeBackupDto } from './dto/backup.request.js';
import type { BackupDto, BackupMadeDto, BackupProgressDto, BackupsAnswer } from './dto/backup.response.js';

/** How long the time of the newest backup is cached. */
const NEWEST_CACHE_MS = 60_000;

/** Clocks of instances may differ by so much. */
const CLOCKS_DIFFER_MS = 60_000;

/** Nothing opens it by itself. */
export const BACKUP_MEDIA_TYPE = 'application/octet-stream';

/** Does work when it is the turn of this instance; undefined where it is not. */
type Take = (work: () => Promise<BackupMadeDto>) => Promise<BackupMadeDto | undefined>;

/** Whether a moment is not before another one, as far as the clocks of instances agree. */
function isNotBefore(earlier: string, later: string): boolean {
  return Date.parse(later) >= Date.parse(earlier) - CLOCKS_DIFFER_MS;
}

/** Makes and lists the backups in the backup folder. */
@Injectable()
export class BackupsService implements BeforeApplicationShutdown {
  private readonly logger = new Logger('Backups');
  private readonly folder: string;
  private readonly stopping = new AbortController();
  private running: Promise<BackupMadeDto | undefined> | undefined;
  private progress: BackupProgressDto | null = null;
  private failureTime: string | undefined;
  private newestCache: { readonly newestAt: string | undefined; readonly readAt: number } | undefined;

  constructor(
    @Inject(ENVIRONMENT) private readonly settings: Environment,
    private readonly database: Database,
    private readonly turns: BackupTurns,
  ) {
    this.folder = backupFolder(settings);
  }

  /** When the newest attempt failed, in canonical form; `undefined` where it succeeded. */
  get failedAt(): string | undefined {
    return this.failureTime;
  }

  /**
   * Makes a backup. Resolves once it is finished, checked and on disk.
   * @throws ProblemError `conflict` while another is being made, or where the folder cannot be used; `storage_full`;
   *   `database_unavailable`, `database_busy`.
   */
  makeBackup({ gzip = this.settings.BACKUP_GZIP }: MakeBackupDto = {}): Promise<BackupMadeDto> {
    return this.run(gzip, 'manual', (work) => this.turns.take(work));
  }

  /**
   * Makes the backup that is due, where no other instance has made it.
   * @param keptMs for how long no other instance makes it then.
   * @throws like `makeBackup`; ProblemError `conflict` also where it is the turn of another instance.
   */
  makeScheduled(keptMs: () => number): Promise<BackupMadeDto> {
    return this.run(this.settings.BACKUP_GZIP, 'scheduled', (work) => this.turns.takeScheduled(work, keptMs));
  }

  /** The backups in the folder for who asks, and how far the next one is. @throws ProblemError `conflict` where it cannot be read. */
  async overview(caller: Caller): Promise<BackupsAnswer> {
    const backups = await this.listBackups();
    return { running: this.progress, downloadable: this.mayDownload(caller), backups };
  }

  /** Where a backup holds the secret that signs tokens, who has one stays the owner when his key is deleted. */
  private mayDownload({ keyId }: Caller): boolean {
    return keyId === undefined || !this.database.capabilities.severalInstances;
  }

  /** The backups in the folder, newest first. @throws ProblemError `conflict` where the folder cannot be read. */
  async listBackups(): Promise<BackupDto[]> {
    return translateFolderError(listBackups(this.folder));
  }

  /**
   * A backup as an answer, to be kept elsewhere.
   * @throws ProblemError `not_found`; `conflict` where it cannot be read; `forbidden` for who may not have it.
   */
  async sendBackup(name: string, caller: Caller, response: Response): Promise<StreamableFile> {
    const file = await translateFolderError(openBackup(this.folder, name));
    if (!file) throw notFound('backup');
    if (!this.mayDownload(caller)) {
      await file.close();
      throw new ProblemError('forbidden', 'A backup that holds the signing secret is for the owner alone.');
    }
    const { size: length } = await file.stat();
    const stream = file.createReadStream();
    // It does not close by itself where the client went away before anything was sent.
    response.once('close', () => {
      stream.destroy();
    });
    const disposition = `attachment; filename="${name}"`;
    return new StreamableFile(stream, { type: BACKUP_MEDIA_TYPE, disposition, length });
  }

  /**
   * Time of the newest backup, in canonical form; `undefined` where there is none. Cached for a minute, because the folder
   * may be on a network share and health asks often; so backups of other processes show up within that time.
   */
  async newestAt(): Promise<string | undefined> {
    if (!this.newestCache || performance.now() - this.newestCache.readAt > NEWEST_CACHE_MS) {
      const [newest] = await this.listBackups();
      this.newestCache = { newestAt: newest?.createdAt, readAt: performance.now() };
    }
    return this.newestCache.newestAt;
  }

  /** Whether the folder has the backup that was due at this time, whoever made it: that is no failure any more then. */
  async isMade(due: string): Promise<boolean> {
    const backups = await this.listBackups();
    const made = backups.find(({ name, createdAt }) => isScheduled(name) && isNotBefore(due, createdAt));
    if (made && this.failureTime !== undefined && isNotBefore(this.failureTime, made.createdAt))
      this.failureTime = undefined;
    return made !== undefined;
  }

  /** Aborts a running backup, which then leaves no file. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await this.running?.catch(() => undefined);
  }

  private async run(gzip: boolean, kind: BackupKind, take: Take): Promise<BackupMadeDto> {
    if (this.running) throw new ProblemError('conflict', 'A backup is being made already.');
    const createdAt = now();
    this.running = this.noting(createdAt, () => take(() => this.write(createdAt, gzip, kind)));
    try {
      const made = await this.running;
      if (!made) throw new ProblemError('conflict', 'A backup is being made already, by another instance.');
      return made;
    } finally {
      this.running = undefined;
      this.progress = null;
    }
  }

  /** Tells the log and health how an attempt ended. */
  private async noting(createdAt: string, attempt: () => ReturnType<Take>): ReturnType<Take> {
    try {
      const made = await attempt();
      if (!made) return undefined;
      this.failureTime = undefined;
      this.newestCache = undefined;
      this.logger.log(`Made ${made.name}: ${made.sizeBytes} bytes in ${made.durationMs} ms`);
      return made;
    } catch (error) {
      this.failureTime = createdAt;
      this.logger.error(`No backup was made. ${reasonOf(error)}`);
      throw error;
    }
  }

  private async write(createdAt: string, gzip: boolean, kind: BackupKind): Promise<BackupMadeDto> {
    const begun = performance.now();
    const name = backupName(createdAt, gzip, kind);
    await translateFolderError(prepareFolder(this.folder));
    this.progress = { createdAt, step: 'copy', done: 0, total: 0 };
    const options = {
      gzip,
      signal: this.stopping.signal,
      onProgress: (progress: Omit<BackupProgressDto, 'createdAt'>) =>
        (this.progress = { createdAt, ...progress }),
    };
    const { rows, sizeBytes } = await this.database.backUp(join(this.folder, name), options);
    await this.removeOld(name);
    return { name, createdAt, sizeBytes, rows, durationMs: Math.round(performance.now() - begun) };
  }

  /** Never throws: the backup succeeded, even if an old one cannot be removed. */
  private async removeOld(newest: string): Promise<void> {
    try {
      const removed = await prune(this.folder, this.settings.BACKUP_KEEP, newest);
      if (removed.length > 0)
        this.logger.log(`Removed ${removed.join(', ')}: ${this.settings.BACKUP_KEEP} of each kind are kept`);
    } catch (error) {
      this.logger.warn(`Old backups cannot be removed. ${String(error)}`);
    }
  }
}
