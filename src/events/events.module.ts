import { Module } from '@nestjs/common';
import { Table, TableModule, type Database, type TableOptions } from '../database/index.js';
import { EventEntity } from './event.entity.js';
import { EventsController } from './events.controller.js';
import { EVENTS_TOPIC, EventsService, EventsTextService } from './events.service.js';
import { EventStatisticsController } from './statistics/statistics.controller.js';
import { EventStatisticsService } from './statistics/statistics.service.js';

const TABLE: TableOptions<EventEntity> = { entity: EventEntity, topic: EVENTS_TOPIC, large: 'details' };

/** The service outside of dependency injection, as commands use it. */
export function eventsOf(database: Database): EventsTextService {
  return new EventsTextService(Table.of(database, TABLE), database);
}

/** The service without routes. */
@Module({
  imports: [TableModule.forFeature(TABLE)],
  providers: [EventsService, EventsTextService, EventStatisticsService],
  exports: [EventsService, EventsTextService, EventStatisticsService],
})
export class EventsServiceModule {}

/** The service with its routes. */
@Module({
  imports: [EventsServiceModule],
  // Its route stands before that of one event by its id.
  controllers: [EventStatisticsController, EventsController],
  exports: [EventsServiceModule],
})
export class EventsModule {}
