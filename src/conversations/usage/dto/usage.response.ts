import { ApiProperty } from '@nestjs/swagger';
import {
  AnswerDescription,
  CountAnswer,
  ListAnswer,
  TextAnswer,
  TimestampAnswer,
} from '../../../http/endpoint/response-fields.js';
import { USAGE_GROUPS, type UsageGroup } from './usage.request.js';

/** What messages used. */
export class UsageSumsDto {
  @CountAnswer({ description: 'How many messages there are.', example: 12 })
  messageCount!: number;

  @CountAnswer({
    description: 'Their tokens in all: of a message without a total, those that went in and came out.',
    example: 5400,
  })
  tokensUsed!: number;

  @CountAnswer({ description: 'Their tokens that went in.', example: 4200 })
  inputTokens!: number;

  @CountAnswer({ description: 'Their tokens that came out.', example: 1200 })
  outputTokens!: number;

  @ApiProperty({ type: 'number', description: 'What they cost, in US dollars.', example: 0.0312 })
  costUsd!: number;
}

/** What the messages of one day, model or session used; it names the one that was asked for. */
export class UsageDto extends UsageSumsDto {
  @ApiProperty({
    type: 'string',
    format: 'date',
    required: false,
    description: 'The day, in the time zone that was asked for.',
    example: '2026-11-22',
  })
  day?: string;

  @ApiProperty({
    type: 'string',
    nullable: true,
    required: false,
    description: 'The model; null for messages without one, as those of the user.',
    example: 'claude',
  })
  model?: string | null;

  @ApiProperty({
    type: 'string',
    required: false,
    description: 'The conversation.',
    example: 'chat-2026-11-22-a',
  })
  sessionId?: string;
}

@AnswerDescription('What the messages of the window used, and the window itself.')
export class UsageAnswer {
  @ApiProperty({ enum: USAGE_GROUPS, description: 'What they are grouped by.', example: 'day' })
  groupBy!: UsageGroup;

  @TimestampAnswer({ description: 'The beginning of the window (inclusive), on a quarter of an hour.' })
  since!: string;

  @TimestampAnswer({ description: 'The end of the window (exclusive), on a quarter of an hour.' })
  until!: string;

  @TextAnswer({ description: 'The time zone whose days are meant.', example: 'UTC' })
  timeZone!: string;

  @ListAnswer(
    UsageDto,
    'Every day of the window in order, also those without a message; or the models or sessions with most tokens, at most 200.',
  )
  usage!: UsageDto[];

  @CountAnswer({
    description: 'How many days, models or sessions there are; the list holds at most 200 of the latter two.',
    example: 1,
  })
  groupCount!: number;

  @ApiProperty({ type: UsageSumsDto, description: 'Of all messages in the window.' })
  total!: UsageSumsDto;
}
