import { ApiProperty } from '@nestjs/swagger';
import {
  AnswerDescription,
  ListAnswer,
  NextCursorAnswer,
  TextAnswer,
  TimestampAnswer,
} from '../../http/endpoint/response-fields.js';
import { LINE_KINDS, type LineKind } from '../../cluster/index.js';
import { CoverageDto } from '../coverage/index.js';
import { TIMELINE_KINDS, type TimelineItem, type TimelineKind } from './timeline.types.js';

/** Something that happened, of any kind. */
export class TimelineItemDto implements TimelineItem {
  @TimestampAnswer({ description: 'When it happened, was said, set or resolved.' })
  at!: string;

  @ApiProperty({
    description:
      'What it is. `snapshot`: what a snapshot shows as changed since the one before; `resolution`: an event that was ' +
      'resolved then; `preference`: one that was set or deleted.',
    enum: [...TIMELINE_KINDS],
    example: 'event',
  })
  kind!: TimelineKind;

  @ApiProperty({
    description: 'The id of the event, message or snapshot, the key of the preference.',
    oneOf: [{ type: 'integer' }, { type: 'string' }],
    example: 12,
  })
  id!: number | string;

  @TextAnswer({ description: 'What happened, in one line.', example: 'Disk usage on pve2 is at 91 %' })
  title!: string;

  @ApiProperty({
    type: 'string',
    description: 'The node, where it is of one.',
    required: false,
    example: 'pve2',
  })
  node?: string;

  @ApiProperty({
    type: 'string',
    description: 'How bad the event is.',
    required: false,
    example: 'warning',
  })
  severity?: string;

  @ApiProperty({
    type: 'string',
    description: 'The conversation of a message.',
    required: false,
    example: 'chat-2026-11-22',
  })
  sessionId?: string;

  @ApiProperty({
    description: 'The kinds of what a snapshot shows as changed, each once.',
    enum: [...LINE_KINDS],
    isArray: true,
    required: false,
    example: ['guest.moved'],
  })
  changes?: readonly LineKind[];
}

@AnswerDescription('What happened, newest first.')
export class TimelineAnswer {
  @ListAnswer(TimelineItemDto, 'What happened, newest first.')
  timeline!: TimelineItemDto[];

  @NextCursorAnswer()
  nextCursor!: string | null;

  @ApiProperty({ description: 'The window that the page is all of.', type: CoverageDto })
  coverage!: CoverageDto;

  @TimestampAnswer({
    description:
      'Snapshots from this moment on are not compared yet, so that their changes are missing; null where all are.',
    nullable: true,
  })
  uncomparedSince!: string | null;
}
