import { Injectable } from '@nestjs/common';
import {
  AS_OBJECTS,
  AS_TEXT,
  mapStored,
  type JsonForm,
  type StoredObject,
  type StoredText,
} from '../json/index.js';
import { encodeCursor, scopeOf, SinceDto, type Page } from '../paging/index.js';
import { now, type Timestamp } from '../time/time.js';
import { validate } from '../validation/index.js';
import {
  Database,
  explainMissing,
  InjectTable,
  Table,
  type RowsByKey,
  type Subject,
} from '../database/index.js';
import { toEvent, type EventWith } from './dto/event.response.js';
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
import type { EventFilters } from './events.filters.js';
import { BY_NODE, NEWEST_FIRST } from './events.lists.js';

/** The topic of writes to events. */
export const EVENTS_TOPIC = 'events';

interface Resolution {
  readonly event: EventEntity | null;
  /** Whether nobody had dealt with it before. */
  readonly isNew: boolean;
}

const RESOLVED: Subject<Resolution> = {
  topic: EVENTS_TOPIC,
  kind: 'update',
  ids: ({ event, isNew }) => (event && isNew ? [event.id] : []),
};

/** The events of the cluster. Lists are newest first. Invalid input rejects with `validation_failed`. */
export abstract class EventsServiceBase<Json> {
  protected abstract readonly json: JsonForm<Json>;

  constructor(
    @InjectTable(EventEntity) private readonly events: Table<EventEntity>,
    protected readonly database: Database,
  ) {}

  /** Saves one event; resolves once it is on disk. */
  async saveEvent(input: EventInput): Promise<EventWith<Json>> {
    const event = validate(CreateEventDto, input);
    return toEvent(await this.events.insert(newRow(event)), this.detailsOf(event));
  }

  /** Saves 1 to 1000 events atomically; resolves once they are on disk. */
  async saveEvents(input: { events: readonly EventInput[] }): Promise<EventWith<Json>[]> {
    const { events } = validate(CreateEventsDto, input);
    const details = events.map((event) => this.detailsOf(event));
    const rows = await this.events.insertMany(events.map(newRow));
    return rows.map((row, index) => toEvent(row, details[index] ?? null));
  }

  /**
   * One page of the events that match all given filters. It may be short, even empty, with a `nextCursor`, where rows
   * are large or few match.
   */
  async findEvents(
    input: Partial<EventsQueryDto> = {},
    signal?: AbortSignal,
  ): Promise<Page<EventWith<Json>>> {
    return this.events.page(NEWEST_FIRST, validate(EventsQueryDto, input), this.toAnswer, signal);
  }

  /** One page of the unresolved events that match all given filters. */
  async findUnresolved(
    input: Partial<EventsQueryDto> = {},
    signal?: AbortSignal,
  ): Promise<Page<EventWith<Json>>> {
    return this.findEvents(validate(EventsQueryDto, { ...input, resolved: false }), signal);
  }

  /** @returns `null` where there is no such event. */
  async getEvent(id: number): Promise<EventWith<Json> | null> {
    return this.events.get(validate(EventIdDto, { id }).id, this.toAnswer);
  }

  /** Those of some events that are there. */
  getEvents(ids: readonly number[]): Promise<RowsByKey<number, EventWith<Json>>> {
    return this.events.some(ids, this.toAnswer);
  }

  /**
   * The events of the same node (of any, where it has none) right before and after one, oldest first.
   * @param count how many on each side.
   */
  async getEventsAround(
    { node, timestamp: sortKey, id }: EventWith<Json>,
    count: number,
  ): Promise<EventWith<Json>[]> {
    const page = (order: 'ASC' | 'DESC'): Promise<Page<EventWith<Json>>> => {
      const filters = { node, order };
      const cursor = encodeCursor({ sortKey, id }, scopeOf(BY_NODE.name, filters));
      return this.events.page(BY_NODE, { ...filters, limit: count, cursor }, this.toAnswer);
    };
    const before = await page('DESC');
    const after = await page('ASC');
    return [...before.items.reverse(), ...after.items];
  }

  /** The newest events. @param limit 1 to 200. */
  async getRecentEvents(limit = 50): Promise<EventWith<Json>[]> {
    return this.newest({ limit });
  }

  /** All unresolved events. */
  async getUnresolved(): Promise<EventWith<Json>[]> {
    return this.all({ resolved: false });
  }

  /** All events from a timestamp on. */
  async getEventsSince(since: Timestamp): Promise<EventWith<Json>[]> {
    return this.all(validate(SinceDto, { since }));
  }

  /** The newest events of one node. @param limit 1 to 200. */
  async getEventsByNode(node: string, limit = 20): Promise<EventWith<Json>[]> {
    return this.newest({ node: [node], limit });
  }

  /** The newest events of one type. @param limit 1 to 200. */
  async getEventsByType(type: EventType, limit = 20): Promise<EventWith<Json>[]> {
    return this.newest({ type: [type], limit });
  }

  /**
   * Marks an event as resolved. Idempotent: the first resolution stays.
   * @param admit gets the size of the event before the commit; if it throws, the change is rolled back.
   * @returns the current event; `null` where it does not exist.
   */
  async resolveEvent(
    id: number,
    resolvedBy: Resolver = 'user',
    admit?: (bytes: number) => void,
  ): Promise<EventWith<Json> | null> {
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

  private newest(query: Partial<EventsQueryDto>): Promise<EventWith<Json>[]> {
    return this.all(validate(EventsQueryDto, query));
  }

  private all(query: EventFilters & { limit?: number }): Promise<EventWith<Json>[]> {
    return this.events.all(NEWEST_FIRST, query, this.toAnswer);
  }

  private detailsOf({ details }: CreateEventDto): Json | null {
    return details ? this.json.fromDocument(details) : null;
  }

  private readonly toAnswer = (row: EventEntity): EventWith<Json> | Promise<EventWith<Json>> =>
    mapStored(this.json, row.details, (details) => toEvent(row, details));
}

/** The service for in-process callers, with details as objects. */
@Injectable()
export class EventsService extends EventsServiceBase<StoredObject> {
  protected readonly json = AS_OBJECTS;
}

/** The service for the routes, with details as text: nothing is parsed only to be serialized again. */
@Injectable()
export class EventsTextService extends EventsServiceBase<StoredText> {
  protected readonly json = AS_TEXT;

  /** @throws ProblemError `gone` where retention has forgotten it, as below. */
  override async getEvent(id: number): Promise<EventWith<StoredText> | null> {
    return (await super.getEvent(id)) ?? explainMissing(this.database, 'event', id);
  }

  override async resolveEvent(
    ...[id, ...rest]: Parameters<EventsServiceBase<StoredText>['resolveEvent']>
  ): Promise<EventWith<StoredText> | null> {
    return (await super.resolveEvent(id, ...rest)) ?? explainMissing(this.database, 'event', id);
  }
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
