import { BooleanQueryField, IdOrTimeField, TimestampField } from '../../../validation/index.js';

export class AtQueryDto {
  @TimestampField({ description: 'The moment.', example: '2026-11-22T20:30:00Z' })
  time!: string;
}

export class DiffQueryDto {
  @IdOrTimeField({
    description: 'The snapshot before: its id, or a moment at which it was in force.',
    example: '2026-11-22T20:30:00Z',
  })
  from!: number | string;

  @IdOrTimeField({
    description: 'The snapshot after: its id, or a moment at which it was in force. Default: the newest.',
    example: '2026-11-22T22:30:00Z',
    optional: true,
  })
  to?: number | string;

  @BooleanQueryField({
    description:
      'Whether the summary also has a line for each thing of which something always moves (cpu, mem, uptime, counters).',
  })
  noise?: boolean;
}
