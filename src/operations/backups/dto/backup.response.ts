import { ApiProperty } from '@nestjs/swagger';
import {
  AnswerDescription,
  CountAnswer,
  ListAnswer,
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

@AnswerDescription('The backups in the folder, newest first.')
export class BackupsAnswer {
  @ListAnswer(BackupDto, 'All backups in the backup folder, newest first.')
  backups!: BackupDto[];
}
