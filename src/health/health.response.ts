import { ApiProperty } from '@nestjs/swagger';

export class LiveAnswer {
  @ApiProperty({ enum: ['up'], example: 'up' })
  status!: 'up';
}

export class DatabaseHealthDto {
  @ApiProperty({ enum: ['up', 'down'], example: 'up', description: 'Up: it answers and is migrated.' })
  status!: 'up' | 'down';

  @ApiProperty({ type: 'string', required: false, description: 'Why it is down.' })
  reason?: string;

  @ApiProperty({ type: 'string', required: false, example: 'wal', description: '`PRAGMA journal_mode`.' })
  journalMode?: string;

  @ApiProperty({ type: 'string', required: false, example: 'full', description: '`PRAGMA synchronous`.' })
  synchronous?: string;

  @ApiProperty({ type: 'string', required: false, description: 'The newest migration that was run.' })
  migration?: string;

  @ApiProperty({ type: 'string', required: false, example: '3.53.2' })
  sqliteVersion?: string;

  @ApiProperty({ type: 'integer', required: false, description: 'Size of the database file, in bytes.' })
  sizeBytes?: number;
}

export class HealthAnswer {
  @ApiProperty({ enum: ['up', 'down'], example: 'up' })
  status!: 'up' | 'down';

  @ApiProperty({ type: 'string', description: 'Version of the service.', example: '1.0.0' })
  version!: string;

  @ApiProperty({ type: 'integer', description: 'Seconds since the process started.', example: 86400 })
  uptime!: number;

  @ApiProperty({ type: DatabaseHealthDto })
  database!: DatabaseHealthDto;
}
