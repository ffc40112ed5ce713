import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Cron } from 'croner';
import { ENVIRONMENT, type Environment } from '../../config/index.js';
import { BackupsService } from './backups.service.js';

/** Enough to see the longest gap of a schedule such as "every weekday". */
const RUNS_AHEAD = 8;

/** Makes backups when BACKUP_SCHEDULE says so. */
@Injectable()
export class BackupSchedule implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private cron: Cron | undefined;
  private longestGapMs: number | undefined;

  constructor(
    @Inject(ENVIRONMENT) private readonly settings: Environment,
    private readonly backups: BackupsService,
  ) {}

  onApplicationBootstrap(): void {
    const { BACKUP_SCHEDULE: pattern } = this.settings;
    if (!pattern) return;
    this.cron = new Cron(pattern, { protect: true, unref: true }, () => this.run());
    this.longestGapMs = longestGap(this.cron.nextRuns(RUNS_AHEAD));
  }

  beforeApplicationShutdown(): void {
    this.cron?.stop();
  }

  /** The longest time between two of its backups, in milliseconds; `undefined` where none is scheduled. */
  get intervalMs(): number | undefined {
    return this.longestGapMs;
  }

  /** What is wrong is in the log and in the health; nobody is here to hear of it. */
  private async run(): Promise<void> {
    if (this.backups.isRunning) return;
    await this.backups.makeBackup({}, 'scheduled').catch(() => undefined);
  }
}

function longestGap(runs: readonly Date[]): number | undefined {
  const gaps = runs.slice(1).map((run, index) => run.getTime() - (runs[index]?.getTime() ?? 0));
  return gaps.length > 0 ? Math.max(...gaps) : undefined;
}
