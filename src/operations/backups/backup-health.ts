import { Injectable, type OnModuleInit } from '@nestjs/common';
import {
  HealthIndicators,
  Measures,
  type HealthIndicator,
  type HealthStatus,
} from '../../observability/health-indicators.js';
import { BackupSchedule } from './backup-schedule.js';
import { BackupsService } from './backups.service.js';

/** The newest backup may be at most so many intervals of the schedule old. */
const MAX_INTERVALS = 2;

/** Reports the backups to health and metrics. */
@Injectable()
export class BackupHealth implements HealthIndicator, OnModuleInit {
  readonly name = 'backup';
  private readonly startedAt = Date.now();

  constructor(
    private readonly backups: BackupsService,
    private readonly schedule: BackupSchedule,
    private readonly components: HealthIndicators,
    private readonly measures: Measures,
  ) {}

  onModuleInit(): void {
    this.components.add(this);
    this.measures.add({
      name: 'last_backup_timestamp_seconds',
      help: 'When the newest backup in the backup folder was made, in seconds since 1970.',
      read: async () => {
        const newest = await this.backups.newestAt();
        return newest === undefined ? undefined : Date.parse(newest) / 1000;
      },
    });
  }

  async condition(): Promise<HealthStatus> {
    try {
      return this.conditionWith(await this.backups.newestAt());
    } catch {
      return { state: 'degraded', detail: 'The backup folder cannot be read.' };
    }
  }

  private conditionWith(newest: string | undefined): HealthStatus {
    const { failedAt } = this.backups;
    const told = newest === undefined ? 'There is no backup yet.' : `The newest backup is of ${newest}.`;
    // Another instance may have made one since.
    if (failedAt !== undefined && (newest === undefined || newest < failedAt)) {
      return { state: 'degraded', detail: `The last backup failed. ${told}`, since: failedAt };
    }
    const interval = this.schedule.intervalMs;
    if (interval === undefined) return { state: 'up', detail: `None is scheduled. ${told}` };
    const due = (newest === undefined ? this.startedAt : Date.parse(newest)) + MAX_INTERVALS * interval;
    if (Date.now() <= due) return { state: 'up', detail: told };
    return {
      state: 'degraded',
      detail: `The schedule is not kept. ${told}`,
      since: new Date(due).toISOString(),
    };
  }
}
