import { Module } from '@nestjs/common';
import { TableModule } from '../database/index.js';
import { EventEntity } from './event.entity.js';
import { EventsController } from './events.controller.js';
import { EVENTS_TOPIC, EventsService, EventsTextService } from './events.service.js';

/** The service without routes. */
@Module({
  imports: [TableModule.forFeature({ entity: EventEntity, topic: EVENTS_TOPIC, large: 'details' })],
  providers: [EventsService, EventsTextService],
  exports: [EventsService, EventsTextService],
})
export class EventsServiceModule {}

/** The service with its routes. */
@Module({ imports: [EventsServiceModule], controllers: [EventsController], exports: [EventsServiceModule] })
export class EventsModule {}
