import { Controller, Get, HttpStatus, Res, UseGuards } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { Public } from '../auth/index.js';
import { RefuseQueryGuard } from '../common/refuse-query.guard.js';
import { HealthAnswer, LiveAnswer } from './health.response.js';
import { HealthService } from './health.service.js';

@ApiTags('Health')
@Public()
@UseGuards(RefuseQueryGuard)
@Controller('health')
export class HealthController {
  constructor(private readonly health: HealthService) {}

  @Get()
  @ApiOperation({ summary: 'Whether the service can remember: the database answers and is migrated' })
  @ApiResponse({ status: 200, description: 'It can.', type: HealthAnswer })
  @ApiResponse({ status: 503, description: 'It cannot; `database.reason` says why.', type: HealthAnswer })
  async check(@Res({ passthrough: true }) response: Response): Promise<HealthAnswer> {
    return withStatus(response, await this.health.check());
  }

  @Get('live')
  @ApiOperation({ summary: 'Whether the process runs' })
  @ApiResponse({ status: 200, description: 'It does.', type: LiveAnswer })
  live(): LiveAnswer {
    return { status: 'up' };
  }
}

function withStatus(response: Response, health: HealthAnswer): HealthAnswer {
  response.status(health.status === 'up' ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE);
  return health;
}
