import { Injectable } from '@nestjs/common';
import { HealthIndicators, Measures } from '../observability/health-indicators.js';
import { Database } from './database.js';

/** Reports to health and metrics what only the engine of the database knows. */
@Injectable()
export class EngineReports {
  constructor(components: HealthIndicators, measures: Measures, { engine }: Database) {
    for (const indicator of engine.indicators) components.add(indicator);
    for (const measure of engine.measures) measures.add(measure);
  }
}
