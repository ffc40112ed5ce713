import { Injectable, type OnModuleInit } from '@nestjs/common';
import {
  HealthIndicators,
  type HealthIndicator,
  type HealthStatus,
} from '../observability/health-indicators.js';
import { RetentionService } from './retention.service.js';
import { RetentionSettings } from './retention-settings.js';

/** Says in health what waits for its owner. */
@Injectable()
export class RetentionHealth implements HealthIndicator, OnModuleInit {
  readonly name = 'retention';

  constructor(
    private readonly retention: RetentionService,
    private readonly settings: RetentionSettings,
    private readonly components: HealthIndicators,
  ) {}

  onModuleInit(): void {
    this.components.add(this);
  }

  async condition(): Promise<HealthStatus> {
    try {
      return await this.conditionNow();
    } catch {
      return { state: 'up', detail: 'Nothing is forgotten while the database cannot be read.' };
    }
  }

  private async conditionNow(): Promise<HealthStatus> {
    const outlook = await this.retention.outlook();
    if (outlook === undefined) return { state: 'up', detail: 'No rules: nothing is forgotten.' };
    const last = await this.settings.read('last run');
    const { believed, doubted } = await this.settings.knownTime();
    const { waiting = [], missingBytes = 0 } = outlook ?? {};
    const troubles = [
      waiting.length > 0 &&
        `More than half of ${waiting.join(' and ')} would go: that waits for a confirmation (PUT /api/admin/retention).`,
      missingBytes > 0 && 'The budget cannot be kept: what is left may not be forgotten.',
      doubted !== undefined &&
        `The clock says ${doubted.last}, and said ${believed} before: ages are counted from the earlier of the two until it has gone on so for a day.`,
      last?.failed === true && 'The last run ended before its time; the next one goes on.',
    ].filter((trouble) => trouble !== false);
    if (troubles.length > 0) return { state: 'degraded', detail: troubles.join(' ') };
    return {
      state: 'up',
      detail: last ? `The rules were applied at ${last.at}.` : 'The rules were not applied yet.',
    };
  }
}
