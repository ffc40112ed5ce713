import { ApiProperty } from '@nestjs/swagger';
import { CountAnswer, ListAnswer, TimestampAnswer } from '../../http/endpoint/response-fields.js';
import type { Coverage, Gap } from './read-coverage.js';
import { WATCHES, type Watch } from './read-times.js';

/** A time in which nothing was recorded although something should have been. */
export class GapDto implements Gap {
  @TimestampAnswer({ description: 'When it begins.' })
  from!: string;

  @TimestampAnswer({ description: 'When it ends.' })
  to!: string;

  @ApiProperty({
    description: 'What was missing. `anything`: there was no snapshot and no event of a monitor yet.',
    enum: [...WATCHES],
    example: 'snapshots',
  })
  what!: Watch;
}

/** What window an answer speaks of, and how well it was watched. */
export class CoverageDto implements Coverage {
  @TimestampAnswer({ description: 'From this moment on (inclusive).' })
  from!: string;

  @TimestampAnswer({ description: 'Up to this moment (exclusive).' })
  to!: string;

  @ListAnswer(
    GapDto,
    'When nobody was watching: longer than usual there came no snapshot, or no event of the monitor. The longest 100.',
  )
  gaps!: readonly GapDto[];

  @ApiProperty({ description: 'Whether retention removed rows of the window.', example: false })
  thinned!: boolean;

  @CountAnswer({ description: 'Shorter gaps are not looked for.', example: 300 })
  shortestGapSeconds!: number;
}
