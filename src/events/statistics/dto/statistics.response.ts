import { ApiProperty } from '@nestjs/swagger';
import { CoverageDto } from '../../../history/coverage/index.js';
import {
  AnswerDescription,
  CountAnswer,
  ListAnswer,
  TextAnswer,
  TimestampAnswer,
} from '../../../http/endpoint/response-fields.js';
import { INTERVALS, type Interval } from '../../../time/buckets.js';
import { STATISTICS_GROUPS, type StatisticsGroup } from './statistics.request.js';

/** The events of the window that have one value of what they are grouped by. */
export class EventGroupDto {
  @TextAnswer({
    description:
      'The severity, type, node or source; null for events without a node, or with a value that is none of these.',
    example: 'warning',
    nullable: true,
  })
  name!: string | null;

  @CountAnswer({ description: 'How many there are in the window.', example: 12 })
  count!: number;
}

/** One minute, hour, day or week. */
export class EventBucketDto {
  @TimestampAnswer({ description: 'Its beginning (inclusive).' })
  since!: string;

  @TimestampAnswer({ description: 'Its end (exclusive).' })
  until!: string;

  @CountAnswer({ description: 'How many events it has.', example: 3 })
  count!: number;

  @ApiProperty({
    description: 'How many of each group, in the order of `groups`; empty where nothing is grouped.',
    type: 'array',
    items: { type: 'integer' },
    example: [1, 2, 0, 0],
  })
  counts!: readonly number[];
}

@AnswerDescription('How many events there were in each part of the window, and the window itself.')
export class StatisticsAnswer {
  @ApiProperty({ enum: INTERVALS, description: 'How long the parts are.', example: 'day' })
  interval!: Interval;

  @ApiProperty({
    type: 'string',
    enum: [...STATISTICS_GROUPS, null],
    nullable: true,
    description: 'What they are grouped by; null where they are only counted.',
    example: 'severity',
  })
  groupBy!: StatisticsGroup | null;

  @TimestampAnswer({ description: 'The beginning of the window (inclusive).' })
  since!: string;

  @TimestampAnswer({ description: 'The end of the window (exclusive).' })
  until!: string;

  @TextAnswer({ description: 'The time zone whose hours, days and weeks are meant.', example: 'UTC' })
  timeZone!: string;

  @CountAnswer({ description: 'How many events the window has.', example: 12 })
  total!: number;

  @ListAnswer(
    EventGroupDto,
    'What there is to group by: every type, severity and source, or the nodes, those with most events first.',
  )
  groups!: EventGroupDto[];

  @ListAnswer(EventBucketDto, 'Every part of the window in order, also those without an event.')
  buckets!: EventBucketDto[];

  @ApiProperty({
    type: CoverageDto,
    description:
      'What was watched of the window. `thinned` says here that events are missing in the counts: only by minute and where ' +
      'filters choose some events, because else what retention has removed is counted as well.',
  })
  coverage!: CoverageDto;
}
