import { ApiProperty, getSchemaPath } from '@nestjs/swagger';
import { STATES, type State } from '../../observability/health-indicators.js';
import { TimestampAnswer, TextAnswer } from '../../http/endpoint/response-fields.js';

export class LiveAnswer {
  @ApiProperty({ enum: ['up'], example: 'up' })
  status!: 'up';
}

export class DatabaseHealthDto {
  @ApiProperty({ enum: ['up', 'down'], example: 'up', description: 'Up: it answers and is migrated.' })
  status!: 'up' | 'down';

  @ApiProperty({ type: 'string', required: false, description: 'Why it is down.' })
  reason?: string;

  @ApiProperty({
    enum: ['sqlite', 'postgres'],
    required: false,
    example: 'sqlite',
    description: 'Where it is.',
  })
  engine?: 'sqlite' | 'postgres';

  @ApiProperty({
    type: 'string',
    required: false,
    example: 'wal',
    description: '`PRAGMA journal_mode` of SQLite.',
  })
  journalMode?: string;

  @ApiProperty({
    type: 'string',
    required: false,
    example: 'full',
    description:
      'What a commit waits for: `PRAGMA synchronous` of SQLite, `synchronous_commit` of PostgreSQL.',
  })
  synchronous?: string;

  @ApiProperty({ type: 'string', required: false, description: 'The newest migration that was run.' })
  migration?: string;

  @ApiProperty({ type: 'string', required: false, example: '3.53.2' })
  sqliteVersion?: string;

  @ApiProperty({ type: 'string', required: false, description: 'Version of the server.' })
  postgresVersion?: string;

  @ApiProperty({ type: 'integer', required: false, description: 'Size of the database, in bytes.' })
  sizeBytes?: number;
}

export class ComponentHealthDto {
  @ApiProperty({
    enum: STATES,
    enumName: 'ComponentState',
    example: 'up',
    description: 'Degraded: it does its part, but somebody should look. Down: it does not do its part.',
  })
  state!: State;

  @TimestampAnswer({ description: 'Since when it is in this state.' })
  since!: string;

  @TextAnswer({
    description: 'How it is, in words.',
    example: 'It answers, is migrated, and can be written.',
  })
  detail!: string;
}

export class HealthAnswer {
  @ApiProperty({
    enum: STATES,
    enumName: 'ComponentState',
    example: 'up',
    description: 'Down: memory cannot be read, or not be written. Degraded: a component is not up.',
  })
  status!: State;

  @ApiProperty({ type: 'string', description: 'Version of the service.', example: '1.0.0' })
  version!: string;

  @ApiProperty({ type: 'integer', description: 'Seconds since the process started.', example: 86400 })
  uptime!: number;

  @ApiProperty({ type: DatabaseHealthDto })
  database!: DatabaseHealthDto;

  @ApiProperty({
    type: 'object',
    additionalProperties: { $ref: getSchemaPath(ComponentHealthDto) },
    description: 'Each component by its name.',
    example: {
      database: {
        state: 'up',
        since: '2026-11-22T20:15:00.123Z',
        detail: 'It answers, is migrated, and can be written.',
      },
    },
  })
  components!: Readonly<Record<string, ComponentHealthDto>>;
}
