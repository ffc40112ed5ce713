import { Injectable } from '@nestjs/common';
import {
  HealthIndicators,
  type HealthIndicator,
  type HealthStatus,
} from '../observability/health-indicators.js';
import { Database } from './database.js';

/** What health says of damage: degraded until somebody has seen what was lost. */
@Injectable()
export class IntegrityIndicator implements HealthIndicator {
  readonly name = 'integrity';

  constructor(
    private readonly database: Database,
    components: HealthIndicators,
  ) {
    components.add(this);
  }

  condition(): HealthStatus {
    return this.database.file.condition();
  }
}
