import type { JsonText } from '../../json/index.js';
import { SpanQueryDto } from '../../paging/index.js';
import { IdField, JsonField, LimitField, TimestampField, ChoiceQueryField } from '../../validation/index.js';

/** The largest snapshot, in bytes of JSON text. */
export const MAX_SNAPSHOT_BYTES = 16 * 1_048_576;
const VIEWS = ['full', 'meta'] as const;

/** A new snapshot. */
export class CreateSnapshotDto {
  @JsonField({
    maxBytes: MAX_SNAPSHOT_BYTES,
    objectOnly: true,
    description: 'The state of the cluster: any JSON object, up to 16 MB. Kept as it is.',
    example: { nodes: [{ node: 'pve1', status: 'online', cpu: 0.12, mem: 0.48 }], quorate: true },
  })
  snapshot!: JsonText;

  @TimestampField({
    description: 'When it was taken. Default: now.',
    example: '2026-11-22T20:15:00.123Z',
    optional: true,
  })
  timestamp?: string;
}

export class SnapshotIdDto {
  @IdField('snapshot')
  id!: number;
}

export class SnapshotsQueryDto extends SpanQueryDto {
  @LimitField({ max: 100, fallback: 20 })
  override limit = 20;

  @ChoiceQueryField({
    values: VIEWS,

    description: 'With the state of the cluster (full), or its moment and size only (meta).',
    fallback: 'full',
  })
  view: (typeof VIEWS)[number] = 'full';
}
