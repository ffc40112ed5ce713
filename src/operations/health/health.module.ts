import { Module } from '@nestjs/common';
import { HealthMonitor } from './health-monitor.js';
import { HealthController } from './health.controller.js';
import { HealthService } from './health.service.js';

@Module({ controllers: [HealthController], providers: [HealthMonitor, HealthService] })
export class HealthModule {}
