import { ApiExtraModels, ApiProperty } from '@nestjs/swagger';
import {
  AnswerDescription,
  CountAnswer,
  ListAnswer,
  NullableAnswer,
  TimestampAnswer,
  TextAnswer,
} from '../../../http/endpoint/response-fields.js';

const EXAMPLE = 'jarvis-2026-11-22T20-15-00-123Z-manual.db.gz';

/** A backup that is finished and was checked when it was made. */
export class BackupDto {
  @TextAnswer({
    description:
      'Name of its file in the backup folder; with `-manual` where it was not made by BACKUP_SCHEDULE.',
    example: EXAMPLE,
  })
  name!: string;

  @TimestampAnswer({ description: 'When it was begun: what was saved before is in it.' })
  createdAt!: string;

  @CountAnswer({ description: 'Size of its file, in bytes.', example: 204_800 })
  sizeBytes!: number;
}

export class BackupMadeDto extends BackupDto {
  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'integer' },
    description: 'How many rows of each table it holds, counted again in the finished copy.',
    example: { events: 1200, conversations: 340, cluster_snapshots: 96, preferences: 12 },
  })
  rows!: Readonly<Record<string, number>>;

  @CountAnswer({ description: 'How long it took, in milliseconds.', example: 180 })
  durationMs!: number;
}

@AnswerDescription('The backup: its file, size and rows.')
export class BackupMadeAnswer {
  @ApiProperty({ type: BackupMadeDto })
  backup!: BackupMadeDto;
}

/** The steps of a backup; a plain one has no last step. */
export const BACKUP_STEPS = ['copy', 'verify', 'compress'] as const;

/** How far the backup is that is being made. */
export class BackupProgressDto {
  @TimestampAnswer({ description: 'When it was begun: the `createdAt` that it will have.' })
  createdAt!: string;

  @ApiProperty({ enum: BACKUP_STEPS, description: 'What is being done; only some backups are compressed.' })
  step!: (typeof BACKUP_STEPS)[number];

  @CountAnswer({ description: 'How much of the step is done, in the unit of `total`.', example: 12_000 })
  done!: number;

  @CountAnswer({
    description: 'How much the step has to do, in a unit of its own; 0 while that is not known.',
    example: 51_200,
  })
  total!: number;
}

@AnswerDescription('The backups in the folder, newest first, and how far the next one is.')
@ApiExtraModels(BackupProgressDto)
export class BackupsAnswer {
  @NullableAnswer(BackupProgressDto, {
    description: 'The one that this instance is making, by its schedule or by a request; null for none.',
    example: null,
  })
  running!: BackupProgressDto | null;

  @ApiProperty({
    description: 'Whether who asks may download them: with PostgreSQL only the owner may, and no API key.',
    example: true,
  })
  downloadable!: boolean;

  @ListAnswer(BackupDto, 'All backups in the backup folder, newest first.')
  backups!: BackupDto[];
}
