export { EventsModule, EventsServiceModule } from './events.module.js';
export { EventsService } from './events.service.js';
export { EventDto, EventListAnswer } from './dto/event.response.js';
export { CreateEventDto, EventsQueryDto, type EventInput } from './dto/event.request.js';
export * from './event.values.js';
