import { ApiExtraModels, ApiProperty, OmitType } from '@nestjs/swagger';
import {
  AnswerDescription,
  CountAnswer,
  ListAnswer,
  NullableAnswer,
  TextAnswer,
  TimestampAnswer,
} from '../../http/endpoint/response-fields.js';
import { EventAnswer, EventDto } from './event.response.js';

/** An event without its details. */
export class EventLineDto extends OmitType(EventDto, ['details'] as const) {}

/** Small numbers are given as they are, and not as a percentage. */
export class OutOfDto {
  @CountAnswer({ description: 'How often it was so.', example: 2 })
  times!: number;

  @CountAnswer({ description: 'Out of how many.', example: 3 })
  of!: number;
}

export class UsualHourDto extends OutOfDto {
  @CountAnswer({ description: 'The hour of the day, 0 to 23, in UTC.', example: 3 })
  hour!: number;
}

export class MedianTimeDto {
  @CountAnswer({ description: 'The median, in seconds.', example: 840 })
  seconds!: number;

  @CountAnswer({ description: 'Of how many events whose resolving has a time.', example: 3 })
  of!: number;
}

/** An action between the opening and the resolving of events of the pattern. Actions that differ by numbers and names only are one. */
export class TakenActionDto {
  @TextAnswer({ description: 'What was done the last time.', example: 'Cleaned up old backups on pve2' })
  summary!: string;

  @TimestampAnswer({ description: 'When it was done the last time.' })
  lastTaken!: string;

  @CountAnswer({ description: 'How often it was done.', example: 3 })
  times!: number;

  @ApiProperty({
    type: OutOfDto,
    description:
      'After how many of these the pattern did not come back on its node for 24 hours. One after which a day has not passed ' +
      'yet does not count.',
  })
  stayedAway!: OutOfDto;

  @ApiProperty({
    description: 'The ids of the newest of these events.',
    type: 'array',
    items: { type: 'integer' },
    example: [118],
  })
  ids!: readonly number[];
}

/** What is known of a pattern: of all its events on one node, this one among them. */
@ApiExtraModels(UsualHourDto, MedianTimeDto)
export class SeenPatternDto {
  @TextAnswer({
    description: 'The summary with its numbers, addresses, hashes, and the names of hosts masked.',
    example: 'disk usage on # is at # %',
  })
  text!: string;

  @TextAnswer({ description: 'The source of its events.', example: 'monitor' })
  source!: string;

  @TextAnswer({ description: 'The type of its events.', example: 'alert' })
  type!: string;

  @TextAnswer({ description: 'The node of its events.', example: 'pve2', nullable: true })
  node!: string | null;

  @CountAnswer({ description: 'How many events it has on the node.', example: 4 })
  timesSeen!: number;

  @ApiProperty({ description: 'Whether there may be more than `timesSeen`.', example: false })
  timesSeenIsAtLeast!: boolean;

  @CountAnswer({ description: 'How many events it has on all nodes.', example: 9 })
  timesSeenOnAllNodes!: number;

  @ApiProperty({ description: 'Whether there may be more than `timesSeenOnAllNodes`.', example: false })
  timesSeenOnAllNodesIsAtLeast!: boolean;

  @TimestampAnswer({ description: 'When it was seen for the first time.' })
  firstSeen!: string;

  @TimestampAnswer({ description: 'When it was seen for the last time.' })
  lastSeen!: string;

  @CountAnswer({ description: 'Of how many of its events, the newest, the following is said.', example: 4 })
  examined!: number;

  @NullableAnswer(UsualHourDto, {
    description: 'The hour of the day in which most were; null where no hour had two.',
    example: { hour: 3, times: 3, of: 4 },
  })
  usualHour!: UsualHourDto | null;

  @ApiProperty({ type: OutOfDto, description: 'How many are resolved.' })
  resolved!: OutOfDto;

  @NullableAnswer(MedianTimeDto, {
    description: 'How long it took to resolve them; null where none has such a time.',
    example: { seconds: 840, of: 3 },
  })
  medianTimeToResolve!: MedianTimeDto | null;

  @ListAnswer(
    TakenActionDto,
    'What was done while they were open, on the node or naming one of them; the most helpful first. At most 10.',
  )
  actions!: readonly TakenActionDto[];
}

export class NearEventDto extends EventLineDto {
  @ApiProperty({ type: 'number', description: 'About 1 where the whole text is in it.', example: 0.62 })
  score!: number;

  @CountAnswer({ description: 'How many events there are of its pattern.', example: 12 })
  count!: number;
}

/** What the memory has of events like one. */
export class SimilarDto {
  @ApiProperty({ type: SeenPatternDto, description: 'The pattern of the event.' })
  pattern!: SeenPatternDto;

  @ListAnswer(
    EventLineDto,
    'The events of the pattern on the node before this one, newest first. At most 20.',
  )
  earlier!: readonly EventLineDto[];

  @ListAnswer(EventLineDto, 'The newest events of the pattern on other nodes. At most 5.')
  onOtherNodes!: readonly EventLineDto[];

  @ListAnswer(NearEventDto, 'Events of other patterns with a similar text, one of each. At most 10.')
  near!: readonly NearEventDto[];
}

@AnswerDescription('What the memory has of events like this one.')
export class SimilarAnswer {
  @ApiProperty({ type: SimilarDto })
  similar!: SimilarDto;
}

@ApiExtraModels(SimilarDto)
@AnswerDescription('The event; with `recall=true` also what the memory has of events like it.')
export class SavedEventAnswer extends EventAnswer {
  @NullableAnswer(SimilarDto, {
    description: 'Only with `recall=true`; null where it could not be found, which `whyNotSimilar` explains.',
    required: false,
  })
  similar?: SimilarDto | null;

  @ApiProperty({
    type: 'string',
    required: false,
    description: 'Why `similar` is null. The event is saved all the same.',
    example: 'It took longer than 500 ms.',
  })
  whyNotSimilar?: string;
}
