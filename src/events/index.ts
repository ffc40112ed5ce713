export { EventsModule, EventsServiceModule, eventsOf } from './events.module.js';
export { EVENTS_TOPIC, EventsService, EventsTextService } from './events.service.js';
export { EventDto, EventListAnswer, type EventWith } from './dto/event.response.js';
export { SimilarAnswer, SimilarDto } from './dto/similar.response.js';
export { EventRecall } from './event-recall.js';
export { CreateEventDto, EventIdDto, EventsQueryDto, type EventInput } from './dto/event.request.js';
export * from './event.values.js';
export { forgettingStatements } from './statistics/event-count.table.js';
