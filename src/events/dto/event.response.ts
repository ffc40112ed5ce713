import { ApiProperty } from '@nestjs/swagger';
import type { StoredObject, StoredText } from '../../json/index.js';
import {
  AnswerDescription,
  CountAnswer,
  JsonAnswer,
  ListAnswer,
  TimestampAnswer,
  NextCursorAnswer,
  TextAnswer,
} from '../../http/endpoint/response-fields.js';
import type { EventEntity } from '../event.entity.js';

/** An event in the cluster. */
export class EventDto {
  @CountAnswer({ description: 'Given in order of arrival; never used again.', example: 1 })
  id!: number;

  @TimestampAnswer({ description: 'When it happened.' })
  timestamp!: string;

  @TextAnswer({ description: 'alert, action, status or metric.', example: 'alert' })
  type!: string;

  @TextAnswer({ description: 'info, warning, error or critical.', example: 'warning' })
  severity!: string;

  @TextAnswer({ description: 'monitor, user, jarvis or system.', example: 'monitor' })
  source!: string;

  @TextAnswer({ description: 'The cluster node that it concerns.', example: 'pve2', nullable: true })
  node!: string | null;

  @TextAnswer({ description: 'What happened, in one line.', example: 'Disk usage on pve2 is at 91 %' })
  summary!: string;

  @JsonAnswer({
    description: 'What was sent as details.',
    example: { mount: '/var/lib/vz', usedPercent: 91.4 },
  })
  details!: StoredObject | null;

  @ApiProperty({ description: 'Whether it is dealt with.', example: false })
  resolved!: boolean;

  @TimestampAnswer({ description: 'When it was resolved.', nullable: true, example: null })
  resolvedAt!: string | null;

  @TextAnswer({ description: 'Who resolved it: jarvis or user.', nullable: true, example: null })
  resolvedBy!: string | null;
}

/** An event with its details as objects or as text. */
export type EventWith<Json> = Omit<EventDto, 'details'> & { details: Json | null };

@AnswerDescription('The event.')
export class EventAnswer {
  @ApiProperty({ type: EventDto })
  event!: EventWith<StoredText>;
}

@AnswerDescription('The new events, in the order in which they were sent.')
export class EventsAnswer {
  @ListAnswer(EventDto, 'The new events, in the order in which they were sent.')
  events!: EventWith<StoredText>[];
}

@AnswerDescription('One page of events, and where the next begins.')
export class EventListAnswer {
  @ListAnswer(EventDto, 'One page, newest first.')
  events!: EventWith<StoredText>[];

  @NextCursorAnswer()
  nextCursor!: string | null;
}

/** @param row as the driver returns it: `resolved` may be 0 or 1. */
export function toEvent<Json>(row: EventEntity, details: Json | null): EventWith<Json> {
  return {
    id: row.id,
    timestamp: row.timestamp,
    type: row.type,
    severity: row.severity,
    source: row.source,
    node: row.node,
    summary: row.summary,
    details,
    resolved: Boolean(row.resolved),
    resolvedAt: row.resolvedAt,
    resolvedBy: row.resolvedBy,
  };
}
