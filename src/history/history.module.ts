import { Module } from '@nestjs/common';
import { HistoryService } from './history.service.js';
import { TimelineController } from './timeline/timeline.controller.js';

/** The service without routes. */
@Module({ providers: [HistoryService], exports: [HistoryService] })
export class HistoryServiceModule {}

/** The service with its routes. */
@Module({
  imports: [HistoryServiceModule],
  controllers: [TimelineController],
  exports: [HistoryServiceModule],
})
export class HistoryModule {}
