import { Injectable } from '@nestjs/common';
import {
  HealthIndicators,
  type HealthIndicator,
  type HealthStatus,
} from '../observability/health-indicators.js';
import { Database } from './database.js';

/** Reports damage to health: degraded until the operator acknowledges the report of a salvage by deleting it. */
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
