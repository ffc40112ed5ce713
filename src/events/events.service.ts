import { Injectable } from '@nestjs/common';
import {
  AS_OBJECTS,
  AS_TEXT,
  mapStored,
  type JsonForm,
  type StoredObject,
  type StoredText,
} from '../json/index.js';
import { SinceDto, type Page } from '../paging/index.js';
import { now, type Timestamp } from '../time/time.js';
import { validate } from '../validation/index.js';
import { Database, InjectTable, Table, type List, type Subject } from '../database/index.js';
import { toEvent, type EventIn } from './dto/event.response.js';
import {
  CreateEventDto,
  CreateEventsDto,
  EventIdDto,
  EventsQueryDto,
  ResolveEventDto,
  type EventInput,
} from './dto/event.request.js';
import { EventEntity } from './event.entity.js';
import type { EventType, Resolver } from './event.values.js';
import { conditionsOf, type EventFilters } from './events.filters.js';

/** The topic of all that is written here. */
export const EVENTS = 'events';

interface Resolution {
  readonly event: EventEntity | null;
  /** Whether nobody had dealt with it before. */
  readonly isNew: boolean;
}

const RESOLVED: Subject<Resolution> = {
  topic: EVENTS,
  kind: 'update',
  ids: ({ event, isNew }) => (event && isNew ? [event.id] : []),
};

const NEWEST_FIRST: List<EventEntity, EventFilters> = {
  name: 'events',
  sortBy: 'timestamp',
  order: 'DESC',
  where: conditionsOf,
};

/** What happened in the cluster. Lists are newest first. Bad input rejects with `validation_failed`. */
export abstract class EventsServiceBase<Json> {
  protected abstract readonly json: JsonForm<Json>;

  constructor(
    @InjectTable(EventEntity) private readonly events: Table<EventEntity>,
    private readonly database: Database,
  ) {}

  /** Saves one event; resolves once it is on disk. */
  async saveEvent(input: EventInput): Promise<EventIn<Json>> {
    const event = validate(CreateEventDto, input);
    return toEvent(await this.events.insert(newRow(event)), this.detailsOf(event));
  }

  /** Saves 1 to 1000 events, all or none; resolves once they are on disk. */
  async saveEvents(input: { events: readonly EventInput[] }): Promise<EventIn<Json>[]> {
    const { events } = validate(CreateEventsDto, input);
    const details = events.map((event) => this.detailsOf(event));
    const rows = await this.events.insertMany(events.map(newRow));
    return rows.map((row, index) => toEvent(row, details[index] ?? null));
  }

  /**
   * One page of the events to which all given filters apply. It may be short, even empty, with a `nextCursor`, where
   * rows are large or few.
   * @param signal says that nobody waits for it any more.
   */
  async findEvents(input: Partial<EventsQueryDto> = {}, signal?: AbortSignal): Promise<Page<EventIn<Json>>> {
    return this.events.page(NEWEST_FIRST, validate(EventsQueryDto, input), this.toAnswer, signal);
  }

  /** One page of the events that nobody has dealt with, to which all given filters apply. */
  async findUnresolved(
    input: Partial<EventsQueryDto> = {},
    signal?: AbortSignal,
  ): Promise<Page<EventIn<Json>>> {
    return this.findEvents(validate(EventsQueryDto, { ...input, resolved: false }), signal);
  }

  /** @returns `null` where there is no such event. */
  async getEvent(id: number): Promise<EventIn<Json> | null> {
    return this.events.get(validate(EventIdDto, { id }).id, this.toAnswer);
  }

  /** The newest events. @param limit 1 to 200. */
  async getRecentEvents(limit = 50): Promise<EventIn<Json>[]> {
    return this.newest({ limit });
  }

  /** All events that nobody has dealt with. */
  async getUnresolved(): Promise<EventIn<Json>[]> {
    return this.all({ resolved: false });
  }

  /** All events from a moment on. */
  async getEventsSince(since: Timestamp): Promise<EventIn<Json>[]> {
    return this.all(validate(SinceDto, { since }));
  }

  /** The newest events of one node. @param limit 1 to 200. */
  async getEventsByNode(node: string, limit = 20): Promise<EventIn<Json>[]> {
    return this.newest({ node: [node], limit });
  }

  /** The newest events of one type. @param limit 1 to 200. */
  async getEventsByType(type: EventType, limit = 20): Promise<EventIn<Json>[]> {
    return this.newest({ type: [type], limit });
  }

  /**
   * Marks an event as dealt with. Repeating it changes nothing: the first resolution stays.
   * @param admit hears how large the event is before the change is committed; what it throws undoes the change.
   * @returns the event as it is now; `null` where there is no such event.
   */
  async resolveEvent(
    id: number,
    resolvedBy: Resolver = 'user',
    admit?: (bytes: number) => void,
  ): Promise<EventIn<Json> | null> {
    const wanted = validate(EventIdDto, { id });
    const resolution = { resolved: true, resolvedAt: now(), ...validate(ResolveEventDto, { resolvedBy }) };
    const { event } = await this.database.write(async (manager) => {
      const { affected } = await manager.update(EventEntity, { id: wanted.id, resolved: false }, resolution);
      const event = await manager.findOneBy(EventEntity, wanted);
      if (event?.details) admit?.(Buffer.byteLength(event.details));
      return { event, isNew: Boolean(affected) };
    }, RESOLVED);
    return event && this.toAnswer(event);
  }

  private newest(query: Partial<EventsQueryDto>): Promise<EventIn<Json>[]> {
    return this.all(validate(EventsQueryDto, query));
  }

  private all(query: EventFilters & { limit?: number }): Promise<EventIn<Json>[]> {
    return this.events.all(NEWEST_FIRST, query, this.toAnswer);
  }

  private detailsOf({ details }: CreateEventDto): Json | null {
    return details ? this.json.fromDocument(details) : null;
  }

  private readonly toAnswer = (row: EventEntity): EventIn<Json> | Promise<EventIn<Json>> =>
    mapStored(this.json, row.details, (details) => toEvent(row, details));
}

/** The same for other modules of the process, details as objects. */
@Injectable()
export class EventsService extends EventsServiceBase<StoredObject> {
  protected readonly json = AS_OBJECTS;
}

/** The same for the routes, details as text: nothing is parsed only to be written again. */
@Injectable()
export class EventsTextService extends EventsServiceBase<StoredText> {
  protected readonly json = AS_TEXT;
}

function newRow(event: CreateEventDto): Omit<EventEntity, 'id'> {
  return {
    timestamp: event.timestamp ?? now(),
    type: event.type,
    severity: event.severity,
    source: event.source,
    node: event.node ?? null,
    summary: event.summary,
    details: event.details?.text ?? null,
    resolved: false,
    resolvedAt: null,
    resolvedBy: null,
  };
}
