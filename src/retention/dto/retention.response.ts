import { ApiExtraModels, ApiProperty } from '@nestjs/swagger';
import {
  AnswerDescription,
  CountAnswer,
  ListAnswer,
  NullableAnswer,
  TextAnswer,
  TimestampAnswer,
} from '../../http/endpoint/response-fields.js';
import { CLASSES, type RetentionClass } from '../plan/plan.types.js';

const MaybeTime = (description: string): PropertyDecorator =>
  ApiProperty({
    type: 'string',
    format: 'date-time',
    nullable: true,
    description,
    example: '2026-08-24T04:30:00.000Z',
  });

/** A rule, and where it comes from. */
export class RetentionRuleDto {
  @ApiProperty({
    type: 'string',
    nullable: true,
    description: 'As it is written; null where there is none, and all is kept.',
    example: 'keep-last=1440,keep-daily=90',
  })
  rule!: string | null;

  @ApiProperty({
    type: 'string',
    enum: ['request', 'environment', null],
    nullable: true,
    description: 'Whether it was set by a request, or by the environment.',
    example: 'request',
  })
  source!: 'request' | 'environment' | null;
}

/** What goes of a class. */
export class RetentionClassDto {
  @ApiProperty({ enum: CLASSES, description: 'What it is about.', example: 'snapshots' })
  class!: RetentionClass;

  @CountAnswer({ description: 'How many rows there are: of conversations, messages.', example: 525_600 })
  rows!: number;

  @CountAnswer({ description: 'How many of them go.', example: 520_000 })
  goes!: number;

  @CountAnswer({ description: 'What that frees, about, in bytes.', example: 240_000_000 })
  bytesFreed!: number;

  @MaybeTime('The time of the oldest now; null where there is none.')
  oldestAt!: string | null;

  @MaybeTime('The time of the oldest afterwards: so far back memory reaches then.')
  reachesBackTo!: string | null;

  @MaybeTime('The time of the newest that goes: after it nothing is missing.')
  completeAfter!: string | null;

  @ApiProperty({
    description: 'Whether it is more than half of them, and waits for `confirm`.',
    example: true,
  })
  needsConfirm!: boolean;
}

/** What the rules would forget now. */
export class RetentionPreviewDto {
  @ListAnswer(RetentionClassDto, 'What goes of each class. Nothing else ever goes.')
  classes!: RetentionClassDto[];

  @CountAnswer({ description: 'What the memory takes now, in bytes.', example: 2_400_000_000 })
  totalBytes!: number;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: 'The budget in bytes.',
    example: 2_147_483_648,
  })
  budgetBytes!: number | null;

  @CountAnswer({
    description: 'How far the memory stays above the budget though all goes that may.',
    example: 0,
  })
  missingBytes!: number;
}

@AnswerDescription('What the rules would forget now. Nothing is changed.')
export class RetentionPreviewAnswer {
  @ApiProperty({ type: RetentionPreviewDto })
  preview!: RetentionPreviewDto;
}

export class ForgottenDto {
  @CountAnswer({ description: 'Snapshots.', example: 1200 })
  snapshots!: number;

  @CountAnswer({ description: 'Events.', example: 30 })
  events!: number;

  @CountAnswer({ description: 'Messages of conversations.', example: 0 })
  conversations!: number;
}

/** How the last run ended. */
export class RetentionRunDto {
  @TimestampAnswer({ description: 'When it began.' })
  at!: string;

  @CountAnswer({ description: 'How long it took, in milliseconds.', example: 840 })
  durationMs!: number;

  @ApiProperty({ type: ForgottenDto, description: 'How many rows it has forgotten.' })
  forgotten!: ForgottenDto;

  @CountAnswer({ description: 'What that freed, about, in bytes.', example: 600_000 })
  bytesFreed!: number;

  @ApiProperty({ enum: CLASSES, isArray: true, description: 'What waits for a confirmation.', example: [] })
  waiting!: readonly RetentionClass[];

  @CountAnswer({ description: 'How far the memory stayed above the budget.', example: 0 })
  missingBytes!: number;

  @ApiProperty({ description: 'Whether it ended before its time; the next one goes on.', example: false })
  failed!: boolean;
}

/** The rules that hold, and what they have done. */
@ApiExtraModels(RetentionRunDto)
export class RetentionDto {
  @ApiProperty({ type: RetentionRuleDto, description: 'Which snapshots are kept.' })
  snapshots!: RetentionRuleDto;

  @ApiProperty({ type: RetentionRuleDto, description: 'How old resolved events become.' })
  events!: RetentionRuleDto;

  @ApiProperty({ type: RetentionRuleDto, description: 'How old conversations become.' })
  conversations!: RetentionRuleDto;

  @ApiProperty({ type: RetentionRuleDto, description: 'How large the memory may become.' })
  budget!: RetentionRuleDto;

  @TextAnswer({ description: 'Whose days, weeks and months are meant.', example: 'Europe/Berlin' })
  timeZone!: string;

  @MaybeTime('When the rules are applied next; null where there is none.')
  nextRunAt!: string | null;

  @NullableAnswer(RetentionRunDto, { description: 'The last run; null before the first.', example: null })
  lastRun!: RetentionRunDto | null;
}

@AnswerDescription('The rules by which memory is forgotten. Without rules nothing is.')
export class RetentionAnswer {
  @ApiProperty({ type: RetentionDto })
  retention!: RetentionDto;
}
