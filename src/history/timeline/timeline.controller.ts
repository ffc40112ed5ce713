import { Get, Query } from '@nestjs/common';
import { READERS } from '../../auth/roles.js';
import { CallerSignal } from '../../http/endpoint/caller-signal.js';
import { Endpoint, READ_PROBLEMS } from '../../http/endpoint/endpoint.js';
import { MemoryController } from '../../http/endpoint/memory-controller.js';
import { TimelineQueryDto } from './timeline.request.js';
import { TimelineAnswer } from './timeline.response.js';
import { TimelineService } from './timeline.service.js';

@MemoryController('timeline')
export class TimelineController {
  constructor(private readonly timeline: TimelineService) {}

  @Get()
  @Endpoint({
    roles: READERS,
    takesQuery: true,
    summary: 'List everything that happened, newest first',
    description:
      'Events and when they were resolved, messages, what changed between snapshots, and preferences that were set or ' +
      'deleted, in one order. A filter that a kind does not have leaves that kind out. `coverage` says what window the page ' +
      'is all of, and when nobody was watching.',
    answer: TimelineAnswer,
    problems: [...READ_PROBLEMS, 'validation_failed', 'not_found'],
  })
  list(@Query() query: TimelineQueryDto, @CallerSignal() signal: AbortSignal): Promise<TimelineAnswer> {
    return this.timeline.findTimeline(query, signal);
  }
}
