import { Module } from '@nestjs/common';
import { EventsServiceModule } from '../events/index.js';
import { SnapshotHistoryServiceModule } from './diff/index.js';
import { HistoryService } from './history.service.js';
import { TimelineController } from './timeline/timeline.controller.js';
import { TimelineService } from './timeline/timeline.service.js';

/** The services without routes. */
@Module({
  imports: [EventsServiceModule, SnapshotHistoryServiceModule],
  providers: [TimelineService, HistoryService],
  exports: [TimelineService, HistoryService, SnapshotHistoryServiceModule],
})
export class HistoryServiceModule {}

/** The services with their routes. */
@Module({
  imports: [HistoryServiceModule],
  controllers: [TimelineController],
  exports: [HistoryServiceModule],
})
export class HistoryModule {}
