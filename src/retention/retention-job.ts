import {
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Cron } from 'croner';
import { describeError } from '../problems/described-error.js';
import { RetentionRun } from './retention-run.js';
import { RetentionSettings } from './retention-settings.js';
import { rulesOf } from './rule-texts.js';
import { StorageService } from './storage/storage.service.js';

/** Four times a day, beside the hour. What is known of the time goes on with it. */
const SAMPLES = '17 */6 * * *';

/** Applies the rules, and notes the size of the memory, when it is time. */
@Injectable()
export class RetentionJob implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly log = new Logger('Retention');
  private schedules: Cron[] = [];

  constructor(
    private readonly runs: RetentionRun,
    private readonly settings: RetentionSettings,
    private readonly storage: StorageService,
  ) {}

  onApplicationBootstrap(): void {
    const options = { protect: true, unref: true } as const;
    const { timeZone } = rulesOf(this.settings.environment);
    this.schedules = [
      new Cron(this.settings.schedule, { ...options, timezone: timeZone }, () => this.run()),
      new Cron(SAMPLES, options, () => this.takeSample()),
    ];
    void this.look();
  }

  async beforeApplicationShutdown(): Promise<void> {
    for (const schedule of this.schedules) schedule.stop();
    await this.runs.stop();
  }

  /** So that health says from the start on what waits. Nothing is forgotten by it. */
  private async look(): Promise<void> {
    await this.runs.look().catch((error: unknown) => {
      this.log.warn(`What the rules want is looked at later: ${describeError(error).message}`);
    });
  }

  private async takeSample(): Promise<void> {
    await this.storage.takeSample();
    await this.settings.save('clock', await this.settings.knownTime()).catch(() => undefined);
  }

  private async run(): Promise<void> {
    await this.runs.run().catch((error: unknown) => {
      this.log.warn(`The rules are applied the next time: ${describeError(error).message}`);
    });
  }
}
