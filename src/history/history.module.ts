import { Module } from '@nestjs/common';
import { EventsServiceModule } from '../events/index.js';
import { HistoryService } from './history.service.js';
import { TimelineController } from './timeline/timeline.controller.js';
import { TimelineService } from './timeline/timeline.service.js';

/** The services without routes. */
@Module({
  imports: [EventsServiceModule],
  providers: [TimelineService, HistoryService],
  exports: [TimelineService, HistoryService],
})
export class HistoryServiceModule {}

/** The services with their routes. */
@Module({
  imports: [HistoryServiceModule],
  controllers: [TimelineController],
  exports: [HistoryServiceModule],
})
export class HistoryModule {}
