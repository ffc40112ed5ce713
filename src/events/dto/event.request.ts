import type { JsonText } from '../../json/index.js';
import { SpanQueryDto } from '../../paging/index.js';
import type { Timestamp } from '../../time/time.js';
import {
  ChoiceField,
  BooleanQueryField,
  IdField,
  JsonField,
  ListField,
  TimestampField,
  ChoiceQueryField,
  ChoicesQueryField,
  TextField,
  TextsQueryField,
} from '../../validation/index.js';
import {
  EVENT_SOURCES,
  EVENT_TYPES,
  RESOLVERS,
  SEVERITIES,
  type EventSource,
  type EventType,
  type Resolver,
  type Severity,
} from '../event.values.js';

const MAX_DETAILS_BYTES = 1_048_576;

/** A new event. */
export class CreateEventDto {
  @ChoiceField({
    values: EVENT_TYPES,
    name: 'EventType',
    description: 'What kind of thing happened.',
    example: 'alert',
  })
  type!: EventType;

  @ChoiceField({
    values: EVENT_SOURCES,
    name: 'EventSource',
    description: 'Who noticed or did it.',
    example: 'monitor',
  })
  source!: EventSource;

  @TextField({
    max: 1000,
    description: 'What happened, in one line.',
    example: 'Disk usage on pve2 is at 91 %',
  })
  summary!: string;

  @ChoiceField({
    values: SEVERITIES,
    name: 'Severity',
    description: 'How bad it is.',
    example: 'warning',
    optional: true,
    fallback: 'info',
  })
  severity: Severity = 'info';

  @TextField({
    max: 255,
    description: 'The cluster node that it concerns.',
    example: 'pve2',
    optional: true,
    nullable: true,
  })
  node?: string | null;

  @JsonField({
    maxBytes: MAX_DETAILS_BYTES,
    description: 'Anything structured: a JSON object or array, or a text that holds one. Kept as it is.',
    example: { mount: '/var/lib/vz', usedPercent: 91.4 },
    optional: true,
    nullable: true,
  })
  details?: JsonText | null;

  @TimestampField({
    description: 'When it happened. Default: now.',
    example: '2026-11-22T20:15:00.123Z',
    optional: true,
  })
  timestamp?: string;
}

/** A new event, as in-process callers may pass it. */
export interface EventInput extends Partial<Pick<CreateEventDto, 'severity' | 'node'>> {
  readonly type: EventType;
  readonly source: EventSource;
  readonly summary: string;
  readonly details?: object | string | null;
  readonly timestamp?: Timestamp;
}

/** New events that are saved atomically. */
export class CreateEventsDto {
  @ListField({ of: CreateEventDto, min: 1, max: 1000, description: 'The events, 1 to 1000.' })
  events!: CreateEventDto[];
}

export class SaveEventQueryDto {
  @BooleanQueryField({
    description: 'Whether the answer says what the memory has of events like this one. Default: false.',
  })
  recall?: boolean;
}

export class ResolveEventDto {
  @ChoiceField({
    values: RESOLVERS,
    name: 'Resolver',
    description: 'Who resolves it.',
    example: 'user',
    optional: true,
    fallback: 'user',
  })
  resolvedBy: Resolver = 'user';
}

export class EventIdDto {
  @IdField('event')
  id!: number;
}

/** The filters of unresolved events, combined with AND. */
export class UnresolvedEventsQueryDto extends SpanQueryDto {
  @ChoicesQueryField({ values: EVENT_TYPES, description: 'Of one of these types.' })
  type?: readonly EventType[];

  @ChoicesQueryField({ values: SEVERITIES, description: 'Of one of these severities.' })
  severity?: readonly Severity[];

  @ChoiceQueryField({ values: SEVERITIES, description: 'Of this severity or a worse one.' })
  minSeverity?: Severity;

  @ChoicesQueryField({ values: EVENT_SOURCES, description: 'From one of these sources.' })
  source?: readonly EventSource[];

  @TextsQueryField({ max: 255, description: 'Of one of these nodes.' })
  node?: readonly string[];
}

/** The filters of events, combined with AND. */
export class EventsQueryDto extends UnresolvedEventsQueryDto {
  @BooleanQueryField({ description: 'Only resolved ones (true) or only unresolved ones (false).' })
  resolved?: boolean;

  @TimestampField({
    description:
      'Only events that were open at this moment: that had happened, and were not resolved yet, or are not to this day.',
    optional: true,
  })
  openAt?: string;
}
