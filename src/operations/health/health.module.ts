import { Module } from '@nestjs/common';
import { ComponentWatch } from './component-watch.js';
import { HealthController } from './health.controller.js';
import { HealthService } from './health.service.js';

@Module({ controllers: [HealthController], providers: [ComponentWatch, HealthService] })
export class HealthModule {}
