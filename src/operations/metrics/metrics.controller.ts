import { Controller, Get, Header } from '@nestjs/common';
import { ApiResponse, ApiTags } from '@nestjs/swagger';
import { Registry } from 'prom-client';
import { Endpoint, READ_PROBLEMS } from '../../http/endpoint/endpoint.js';
import { READERS } from '../../auth/roles.js';
import { MetricsService } from './metrics.service.js';

const EXAMPLE =
  '# HELP jarvis_memory_write_queue_depth Units of work that wait to be written.\n# TYPE jarvis_memory_write_queue_depth gauge\njarvis_memory_write_queue_depth 0\n';

@ApiTags('Metrics')
@Controller('metrics')
export class MetricsController {
  constructor(private readonly metrics: MetricsService) {}

  @Get()
  @Header('Content-Type', Registry.PROMETHEUS_CONTENT_TYPE)
  @Header('Cache-Control', 'no-store')
  @ApiResponse({
    status: 200,
    description: 'The numbers, one a line, each kind with what it means.',
    content: { 'text/plain': { schema: { type: 'string' }, example: EXAMPLE } },
  })
  @Endpoint({
    summary: 'Everything that is measured, for Prometheus',
    description:
      'The text form of Prometheus, which comes with an API key of the role `reader` as a Bearer token.',
    roles: READERS,
    problems: READ_PROBLEMS,
  })
  scrape(): Promise<string> {
    return this.metrics.text();
  }
}
