import { ApiProperty } from '@nestjs/swagger';
import { LINE_KINDS, type ChangeLine, type LineKind } from '../../../cluster/index.js';
import {
  AnswerDescription,
  CountAnswer,
  ListAnswer,
  TextAnswer,
  TimestampAnswer,
} from '../../../http/endpoint/response-fields.js';
import type { StoredText } from '../../../json/index.js';
import { SnapshotDto, type SnapshotWith } from '../../../snapshots/index.js';
import { CoverageDto, type Coverage } from '../../coverage/index.js';

/** A snapshot in force at a time. */
@AnswerDescription('The snapshot that was in force.')
export class AtAnswer {
  @ApiProperty({ type: SnapshotDto })
  snapshot!: SnapshotWith<StoredText>;

  @ApiProperty({ type: 'number', description: 'How old it was at that moment.', example: 41.5 })
  ageSeconds!: number;

  @ApiProperty({ type: CoverageDto, description: 'From the snapshot to that moment.' })
  coverage!: Coverage;
}

/** One thing that changed. */
export class ChangeLineDto implements ChangeLine {
  @TextAnswer({ description: 'What changed.', example: 'guest qemu/104 (dns) went from running to stopped' })
  text!: string;

  @ApiProperty({ description: 'What kind of change it is.', enum: [...LINE_KINDS], example: 'guest.stopped' })
  kind!: LineKind;

  @TextAnswer({
    description: 'The id of what changed, as Proxmox writes it; or a JSON pointer.',
    example: 'qemu/104',
  })
  subject!: string;

  @ApiProperty({ type: 'string', required: false, description: 'The node that it is on.', example: 'pve1' })
  node?: string;
}

export class SnapshotHeadDto {
  @CountAnswer({ description: 'The id of the snapshot.', example: 1 })
  id!: number;

  @TimestampAnswer({ description: 'When it was taken.' })
  timestamp!: string;
}

export class DiffCountsDto {
  @CountAnswer({ description: 'All operations, also those past the limit.', example: 3 })
  operations!: number;

  @CountAnswer({ description: 'Values that came.', example: 0 })
  added!: number;

  @CountAnswer({ description: 'Values that went.', example: 0 })
  removed!: number;

  @CountAnswer({ description: 'Values that are others.', example: 3 })
  changed!: number;

  @CountAnswer({ description: 'Things in another place of their list.', example: 0 })
  moved!: number;

  @CountAnswer({ description: 'Those of all these that always move; they are the last.', example: 2 })
  noise!: number;
}

/** What differs between two snapshots. */
@AnswerDescription('What changed from one snapshot to the other.')
export class DiffAnswer {
  @ApiProperty({ type: SnapshotHeadDto })
  from!: SnapshotHeadDto;

  @ApiProperty({ type: SnapshotHeadDto })
  to!: SnapshotHeadDto;

  @ListAnswer(
    ChangeLineDto,
    'What happened, for people and for assistants. Empty where nothing but noise did.',
  )
  summary!: readonly ChangeLineDto[];

  @ApiProperty({
    type: 'string',
    nullable: true,
    description: 'What only moved, in one line.',
    example: '2 values that always move: cpu, mem',
  })
  noise!: string | null;

  @ApiProperty({
    type: 'array',
    items: { type: 'object', additionalProperties: true },
    description:
      'A JSON patch (RFC 6902): applied to the snapshot before it gives the one after, unless it is truncated.',
    example: [{ op: 'replace', path: '/data/2/status', value: 'stopped' }],
  })
  changes!: StoredText;

  @ApiProperty({ type: DiffCountsDto })
  counts!: DiffCountsDto;

  @ApiProperty({ description: 'Whether operations are left out: 10 000 are given, or 4 MB.', example: false })
  truncated!: boolean;

  @ApiProperty({ type: CoverageDto })
  coverage!: Coverage;
}

/** The answers with documents as objects or as text. */
export type AtWith<Json> = Omit<AtAnswer, 'snapshot'> & { snapshot: SnapshotWith<Json> };
export type DiffWith<Json> = Omit<DiffAnswer, 'changes'> & { changes: Json };
