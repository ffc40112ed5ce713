import { Body, Get, Optional, Param, Post, Query, Res } from '@nestjs/common';
import { ApiBody } from '@nestjs/swagger';
import type { Response } from 'express';
import { created, wrapPage, wrap } from '../http/endpoint/envelopes.js';
import { Conditional, ConditionalAnswers, type SerializedAnswer } from '../http/etags/conditional.js';
import { MAX_MEMORY_BODY_BYTES } from '../http/body/index.js';
import { BODY_PROBLEMS, Endpoint, READ_PROBLEMS } from '../http/endpoint/endpoint.js';
import { MemoryController } from '../http/endpoint/memory-controller.js';
import { admission, Traffic } from '../http/traffic/index.js';
import { CurrentCaller, type Caller } from '../auth/index.js';
import { INGESTERS, READERS, WRITERS } from '../auth/roles.js';
import {
  CreateEventDto,
  CreateEventsDto,
  EventIdDto,
  EventsQueryDto,
  ResolveEventDto,
  SaveEventQueryDto,
  UnresolvedEventsQueryDto,
} from './dto/event.request.js';
import { EventAnswer, EventListAnswer, EventsAnswer } from './dto/event.response.js';
import { SavedEventAnswer } from './dto/similar.response.js';
import { EventRecall, withSimilar } from './event-recall.js';
import { EVENTS_TOPIC, EventsTextService } from './events.service.js';

@MemoryController('events')
export class EventsController {
  constructor(
    private readonly events: EventsTextService,
    private readonly answers: ConditionalAnswers,
    /** An outside application has no traffic budget. */
    @Optional() private readonly traffic?: Traffic,
    /** Nor has every one recall. */
    @Optional() private readonly recall?: EventRecall,
  ) {}

  @Post()
  @Endpoint({
    body: MAX_MEMORY_BODY_BYTES,
    roles: INGESTERS,
    summary: 'Save an event',
    description:
      'The answer means that the event is on disk. With `recall=true` it also says what the memory has of events like it, ' +
      'as `/memory/events/{id}/similar` does.',
    takesQuery: true,
    status: 201,
    answer: SavedEventAnswer,
    problems: BODY_PROBLEMS,
    location: true,
  })
  save(
    @Query() { recall }: SaveEventQueryDto,
    @Body() body: CreateEventDto,
    @CurrentCaller() caller: Caller | undefined,
    @Res({ passthrough: true }) response: Response,
  ): Promise<SavedEventAnswer> {
    return created(
      response,
      withSimilar(wrap('event', this.events.saveEvent(body)), recall === true, this.recall, caller),
      ({ event }) => event.id,
    );
  }

  @Post('batch')
  @Endpoint({
    body: MAX_MEMORY_BODY_BYTES,
    roles: INGESTERS,
    summary: 'Save up to 1000 events, all or none',
    status: 201,
    answer: EventsAnswer,
    problems: BODY_PROBLEMS,
  })
  saveBatch(@Body() body: CreateEventsDto): Promise<EventsAnswer> {
    return wrap('events', this.events.saveEvents(body));
  }

  @Get()
  @Conditional()
  @Endpoint({
    roles: READERS,
    takesQuery: true,
    summary: 'List events, newest first',
    description: 'All filters combine (AND). `type`, `severity`, `source` and `node` may repeat (OR).',
    answer: EventListAnswer,
    problems: [...READ_PROBLEMS, 'validation_failed'],
  })
  list(
    @Query() query: EventsQueryDto,
    @Res({ passthrough: true }) response: Response,
  ): Promise<SerializedAnswer<EventListAnswer> | undefined> {
    return this.answers.respond(response, EVENTS_TOPIC, (signal) =>
      wrapPage('events', this.events.findEvents(query, signal)),
    );
  }

  @Get('unresolved')
  @Conditional()
  @Endpoint({
    roles: READERS,
    takesQuery: true,
    summary: 'List the events that nobody has dealt with, newest first',
    answer: EventListAnswer,
    problems: [...READ_PROBLEMS, 'validation_failed'],
  })
  listUnresolved(
    @Query() query: UnresolvedEventsQueryDto,
    @Res({ passthrough: true }) response: Response,
  ): Promise<SerializedAnswer<EventListAnswer> | undefined> {
    return this.answers.respond(response, EVENTS_TOPIC, (signal) =>
      wrapPage('events', this.events.findUnresolved(query, signal)),
    );
  }

  @Get(':id')
  @Conditional()
  @Endpoint({
    roles: READERS,
    summary: 'Get one event',
    answer: EventAnswer,
    problems: [...READ_PROBLEMS, 'validation_failed', 'not_found', 'gone'],
  })
  get(
    @Param() { id }: EventIdDto,
    @Res({ passthrough: true }) response: Response,
  ): Promise<SerializedAnswer<EventAnswer> | undefined> {
    return this.answers.respond(response, EVENTS_TOPIC, () => wrap('event', this.events.getEvent(id)));
  }

  @Post(':id/resolve')
  @ApiBody({ type: ResolveEventDto, required: false })
  @Endpoint({
    roles: WRITERS,
    summary: 'Mark an event as dealt with',
    description: 'Repeating it changes nothing: the first resolution stays.',
    answer: EventAnswer,
    problems: [...BODY_PROBLEMS, 'not_found', 'gone'],
  })
  resolve(
    @Param() { id }: EventIdDto,
    @Body() { resolvedBy }: ResolveEventDto,
    @Res({ passthrough: true }) response: Response,
  ): Promise<EventAnswer> {
    return wrap('event', this.events.resolveEvent(id, resolvedBy, admission(response, this.traffic)));
  }
}
