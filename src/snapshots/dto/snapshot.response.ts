import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import { containerSchemas, type StoredObject, type StoredText } from '../../json/index.js';
import {
  AnswerDescription,
  CountAnswer,
  ListAnswer,
  TimestampAnswer,
  NextCursorAnswer,
} from '../../http/endpoint/response-fields.js';
import type { SnapshotEntity } from '../snapshot.entity.js';

const STATE: ApiPropertyOptions = {
  description: 'The state of the cluster, as it was sent.',
  anyOf: containerSchemas(false),
  example: { nodes: [{ node: 'pve1', status: 'online', cpu: 0.12, mem: 0.48 }], quorate: true },
};

class SnapshotHeadDto {
  @CountAnswer({ description: 'Given in order of arrival; never used again.', example: 1 })
  id!: number;

  @TimestampAnswer({ description: 'When it was taken.' })
  timestamp!: string;
}

/** The full state of the cluster at one moment. */
export class SnapshotDto extends SnapshotHeadDto {
  @ApiProperty(STATE)
  snapshot!: StoredObject;
}

/** A snapshot in a list: with its state (`view=full`) or its size (`view=meta`). */
export class SnapshotListItemDto extends SnapshotHeadDto {
  @ApiProperty({ ...STATE, required: false })
  snapshot?: StoredObject;

  @ApiProperty({
    type: 'integer',
    required: false,
    description: 'Its size as JSON text, in bytes.',
    example: 61,
  })
  bytes?: number;
}

/** A snapshot with its state as objects or as text. */
export type SnapshotWith<Json> = Omit<SnapshotDto, 'snapshot'> & { snapshot: Json };
export type SnapshotListItemWith<Json> = Omit<SnapshotListItemDto, 'snapshot'> & { snapshot?: Json };

@AnswerDescription('The snapshot.')
export class SnapshotAnswer {
  @ApiProperty({ type: SnapshotDto })
  snapshot!: SnapshotWith<StoredText>;
}

@AnswerDescription('One page of snapshots, and where the next begins.')
export class SnapshotListAnswer {
  @ListAnswer(SnapshotListItemDto, 'One page, newest first.')
  snapshots!: SnapshotListItemWith<StoredText>[];

  @NextCursorAnswer()
  nextCursor!: string | null;
}

/** A snapshot without its state. */
export type SnapshotMeta = Pick<SnapshotEntity, 'id' | 'timestamp'> & { bytes: number };
