import { Injectable } from '@nestjs/common';
import { Gauge, Registry } from 'prom-client';
import { VERSION } from '../../config/index.js';
import { ContributedMetrics } from './contributed-metrics.js';
import { DatabaseMetrics } from './database-metrics.js';
import { MetricsRegistry, PREFIX } from './metrics-registry.js';
import { processMetrics } from './process-metrics.js';

/** Renders all metrics. */
@Injectable()
export class MetricsService {
  constructor(
    private readonly registry: MetricsRegistry,
    private readonly database: DatabaseMetrics,
    private readonly contributed: ContributedMetrics,
  ) {
    new Gauge({
      name: `${PREFIX}build_info`,
      help: 'Always 1; its labels say what runs.',
      labelNames: ['version', 'node'],
      registers: [registry],
    }).set({ version: VERSION, node: process.version }, 1);
  }

  /** @returns all metrics in the text format of Prometheus, version 0.0.4. */
  async text(): Promise<string> {
    await this.database.refresh();
    await this.contributed.refresh();
    return Registry.merge([this.registry, processMetrics()]).metrics();
  }
}
