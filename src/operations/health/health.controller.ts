import { Controller, Get, Header, HttpStatus, Res, UseGuards } from '@nestjs/common';
import { ApiExtraModels, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { Public } from '../../auth/index.js';
import { CommonProblems } from '../../http/endpoint/endpoint.js';
import { RefuseQueryGuard } from '../../http/endpoint/refuse-query.guard.js';
import { ComponentHealthDto, HealthAnswer, LiveAnswer } from './health.response.js';
import { HealthService } from './health.service.js';

@ApiTags('Health')
@Public()
@UseGuards(RefuseQueryGuard)
@ApiExtraModels(ComponentHealthDto)
@CommonProblems()
@Controller('health')
export class HealthController {
  constructor(private readonly health: HealthService) {}

  @Get()
  @Header('Cache-Control', 'no-store')
  @ApiOperation({
    summary: 'Whether the service can remember, and how each part of it is',
    description:
      'Each component says how it is and since when. `degraded` is 200: memory is read and written. ' +
      'An answer serves for a second.\n\nMay be called by: everybody.',
  })
  @ApiResponse({ status: 200, description: 'It can; how each part of it is.', type: HealthAnswer })
  @ApiResponse({
    status: 503,
    description: 'Memory cannot be read, or not be written; `components` says why.',
    type: HealthAnswer,
  })
  async check(@Res({ passthrough: true }) response: Response): Promise<HealthAnswer> {
    return withStatus(response, await this.health.check());
  }

  @Get('live')
  @ApiOperation({ summary: 'Whether the process runs', description: 'May be called by: everybody.' })
  @ApiResponse({ status: 200, description: 'That it runs.', type: LiveAnswer })
  live(): LiveAnswer {
    return { status: 'up' };
  }
}

function withStatus(response: Response, health: HealthAnswer): HealthAnswer {
  response.status(health.status === 'down' ? HttpStatus.SERVICE_UNAVAILABLE : HttpStatus.OK);
  return health;
}
