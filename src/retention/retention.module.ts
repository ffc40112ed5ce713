import { Module } from '@nestjs/common';
import type { Environment } from '../config/index.js';
import type { Database } from '../database/index.js';
import { EventsServiceModule } from '../events/index.js';
import { RetentionController } from './retention.controller.js';
import { RetentionHealth } from './retention-health.js';
import { RetentionJob } from './retention-job.js';
import { RetentionRun } from './retention-run.js';
import { RetentionService } from './retention.service.js';
import { RetentionSettings } from './retention-settings.js';
import { StorageService } from './storage/storage.service.js';

/** The service outside of dependency injection, as commands use it. */
export function retentionOf(database: Database, environment: Environment): RetentionService {
  const settings = new RetentionSettings(database, environment);
  return new RetentionService(database, settings, new StorageService(database, settings));
}

/** The services, and the job, without routes. */
@Module({
  imports: [EventsServiceModule],
  providers: [
    RetentionSettings,
    StorageService,
    RetentionService,
    RetentionRun,
    RetentionJob,
    RetentionHealth,
  ],
  exports: [RetentionService, RetentionRun, StorageService],
})
export class RetentionServiceModule {}

/** The services with their routes. */
@Module({
  imports: [RetentionServiceModule],
  controllers: [RetentionController],
  exports: [RetentionServiceModule],
})
export class RetentionModule {}
