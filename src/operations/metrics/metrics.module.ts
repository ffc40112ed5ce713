import { Module } from '@nestjs/common';
import { ContributedMetrics } from './contributed-metrics.js';
import { DatabaseMetrics } from './database-metrics.js';
import { MetricsRegistry } from './metrics-registry.js';
import { MetricsController } from './metrics.controller.js';
import { MetricsService } from './metrics.service.js';
import { RequestMetrics } from './request-metrics.js';

@Module({
  controllers: [MetricsController],
  providers: [MetricsRegistry, MetricsService, RequestMetrics, DatabaseMetrics, ContributedMetrics],
  exports: [RequestMetrics],
})
export class MetricsModule {}
