import { setTimeout as sleep } from 'node:timers/promises';
import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Cron } from 'croner';
import { ENVIRONMENT, type Environment } from '../../config/index.js';
import { now } from '../../time/time.js';
import { BackupsService } from './backups.service.js';

/** Enough runs to see the longest gap of a schedule such as "every weekday". */
const RUNS_AHEAD = 8;
const DAY_MS = 86_400_000;
/** The pauses before an attempt that failed is repeated, as parts of the time to the next run: a quarter together. */
const PAUSES = [1, 2, 4, 8, 16].map((part) => part / 128);
/** How much of that time nobody makes another: more than is tried for, since clocks differ. */
const KEPT = 1 / 2;

/** Makes backups when BACKUP_SCHEDULE says so. */
@Injectable()
export class BackupSchedule implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private cron: Cron | undefined;
  private longestGapMs: number | undefined;
  private readonly stopping = new AbortController();

  constructor(
    @Inject(ENVIRONMENT) private readonly settings: Environment,
    private readonly backups: BackupsService,
  ) {}

  onApplicationBootstrap(): void {
    const { BACKUP_SCHEDULE: pattern } = this.settings;
    if (!pattern) return;
    this.cron = new Cron(pattern, { protect: true, unref: true }, () =>
      this.makeDue(this.cron?.msToNext() ?? DAY_MS),
    );
    this.longestGapMs = longestGap(this.cron.nextRuns(RUNS_AHEAD));
  }

  beforeApplicationShutdown(): void {
    this.cron?.stop();
    this.stopping.abort();
  }

  /** The longest interval of the schedule, in milliseconds; `undefined` without a schedule. */
  get intervalMs(): number | undefined {
    return this.longestGapMs;
  }

  /**
   * Makes the backup that is due. Where that fails it is tried again some times, the later the more seldom; where several
   * instances share the database, by any of them until the folder has one.
   */
  async makeDue(msToNext: number): Promise<void> {
    const due = now();
    const begun = performance.now();
    const keptMs = (): number => msToNext * KEPT - (performance.now() - begun);
    const options = { signal: this.stopping.signal, ref: false };
    let isMade = await this.make(keptMs);
    for (const pause of PAUSES) {
      if (isMade) return;
      await sleep(pause * Math.min(msToNext, DAY_MS), undefined, options).catch(() => undefined);
      if (this.stopping.signal.aborted) return;
      isMade = (await this.isThere(due)) || (await this.make(keptMs));
    }
  }

  private isThere(due: string): Promise<boolean> {
    return this.backups.isMade(due).catch(() => false);
  }

  /** Errors are ignored here: the service logs them, and health reports them. */
  private make(keptMs: () => number): Promise<boolean> {
    return this.backups.makeScheduled(keptMs).then(
      () => true,
      () => false,
    );
  }
}

function longestGap(runs: readonly Date[]): number | undefined {
  const gaps = runs.slice(1).map((run, index) => run.getTime() - (runs[index]?.getTime() ?? 0));
  return gaps.length > 0 ? Math.max(...gaps) : undefined;
}
