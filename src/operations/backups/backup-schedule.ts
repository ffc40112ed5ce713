import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Cron } from 'croner';
import { ENVIRONMENT, type Environment } from '../../config/index.js';
import { BackupTurns } from './backup-turns.js';
import { BackupsService } from './backups.service.js';

/** Enough runs to see the longest gap of a schedule such as "every weekday". */
const RUNS_AHEAD = 8;

/** Makes backups when BACKUP_SCHEDULE says so. */
@Injectable()
export class BackupSchedule implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private cron: Cron | undefined;
  private longestGapMs: number | undefined;

  constructor(
    @Inject(ENVIRONMENT) private readonly settings: Environment,
    private readonly backups: BackupsService,
    private readonly turns: BackupTurns,
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

  /** The longest interval of the schedule, in milliseconds; `undefined` without a schedule. */
  get intervalMs(): number | undefined {
    return this.longestGapMs;
  }

  /** Errors are ignored here: `makeBackup` logs them, and health reports them. */
  private async run(): Promise<void> {
    if (this.backups.isRunning || !(await this.isOurTurn())) return;
    await this.backups.makeBackup({}, 'scheduled').catch(() => undefined);
  }

  /** Where the database cannot say whose turn it is, the attempt says in the log and to health what is wrong. */
  private isOurTurn(): Promise<boolean> {
    return this.turns.isFirst(this.cron?.msToNext() ?? 0).catch(() => true);
  }
}

function longestGap(runs: readonly Date[]): number | undefined {
  const gaps = runs.slice(1).map((run, index) => run.getTime() - (runs[index]?.getTime() ?? 0));
  return gaps.length > 0 ? Math.max(...gaps) : undefined;
}
