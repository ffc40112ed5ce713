import { ApiExtraModels, ApiProperty } from '@nestjs/swagger';
import {
  AnswerDescription,
  CountAnswer,
  NullableAnswer,
  TimestampAnswer,
} from '../../http/endpoint/response-fields.js';

/** A count that may not be known. */
const UnknownCount = (description: string, example: number): PropertyDecorator =>
  ApiProperty({ type: 'integer', nullable: true, description, example });

/** How the memory grows. */
export class GrowthDto {
  @ApiProperty({ type: 'integer', description: 'Bytes a day, on average.', example: 1_300_000 })
  bytesPerDay!: number;

  @ApiProperty({ type: 'integer', description: 'A tenth of the days grew by less.', example: 900_000 })
  low!: number;

  @ApiProperty({ type: 'integer', description: 'A tenth of the days grew by more.', example: 2_400_000 })
  high!: number;

  @CountAnswer({ description: 'How many days that is known from.', example: 14 })
  days!: number;
}

/** When something is full. */
export class UntilFullDto {
  @CountAnswer({ description: 'In so many days, where it goes on as on average.', example: 420 })
  days!: number;

  @CountAnswer({ description: 'In so many, where it grows as on the days of most growth.', example: 230 })
  earliest!: number;

  @UnknownCount('In so many, where it grows as on the days of least growth; null where it may never be.', 610)
  latest!: number | null;
}

/** What a kind takes, in bytes. */
export class KindStorageDto {
  @ApiProperty({ description: 'Which.', enum: ['event', 'snapshot', 'message'], example: 'event' })
  kind!: 'event' | 'snapshot' | 'message';

  @CountAnswer({ description: 'All of them, with their indexes and what is searched.', example: 20_000_000 })
  bytes!: number;

  @ApiProperty({
    description:
      'What came on each of the last 14 times 24 hours, the newest first, as far as it is still there.',
    type: 'array',
    items: { type: 'integer' },
    example: [400_000, 380_000],
  })
  bytesPerDay!: readonly number[];
}

/** What the memory takes, in bytes, and where that leads. */
@ApiExtraModels(GrowthDto, UntilFullDto)
export class StorageDto {
  @TimestampAnswer({ description: 'When it was measured: not longer ago than a minute.' })
  measuredAt!: string;

  @CountAnswer({ description: 'All that the memory holds.', example: 52_000_000 })
  totalBytes!: number;

  @CountAnswer({ description: 'The rows that clients stored.', example: 30_000_000 })
  rowBytes!: number;

  @CountAnswer({ description: 'Indexes, that of the search and sums among them.', example: 12_000_000 })
  indexBytes!: number;

  @CountAnswer({ description: 'The packed states of snapshots.', example: 9_000_000 })
  blockBytes!: number;

  @CountAnswer({ description: 'What the service needs while it runs.', example: 1_000_000 })
  otherBytes!: number;

  @ApiProperty({
    type: [KindStorageDto],
    description: 'What of that each kind takes; the rest is of all together.',
  })
  kinds!: readonly KindStorageDto[];

  @UnknownCount('Size of the file, or of the database in PostgreSQL.', 56_000_000)
  fileBytes!: number | null;

  @UnknownCount('What is free inside the file, and used before it grows.', 400_000)
  freeInFileBytes!: number | null;

  @UnknownCount('The write-ahead log beside the file.', 4_000_000)
  logBytes!: number | null;

  @UnknownCount('MEMORY_BUDGET, or what was set in its place.', 2_147_483_648)
  budgetBytes!: number | null;

  @UnknownCount('What is free on the disk.', 80_000_000_000)
  diskFreeBytes!: number | null;

  @NullableAnswer(GrowthDto, { description: 'Null where nothing is known yet.', example: null })
  growth!: GrowthDto | null;

  @NullableAnswer(UntilFullDto, { description: 'Null without a budget, or without growth.', example: null })
  untilBudget!: UntilFullDto | null;

  @NullableAnswer(UntilFullDto, { description: 'Null where nothing grows.', example: null })
  untilDiskFull!: UntilFullDto | null;

  @UnknownCount('What the service writes to the disk in a day; the log counts, and checkpoints.', 40_000_000)
  writtenBytesPerDay!: number | null;
}

@AnswerDescription('What the memory takes, how it grows, and when something is full.')
export class StorageAnswer {
  @ApiProperty({ type: StorageDto })
  storage!: StorageDto;
}
