import { Get, Query, Res } from '@nestjs/common';
import type { Response } from 'express';
import { READERS } from '../../auth/roles.js';
import { Endpoint, READ_PROBLEMS } from '../../http/endpoint/endpoint.js';
import { MemoryController } from '../../http/endpoint/memory-controller.js';
import { Conditional, ConditionalAnswers, type SerializedAnswer } from '../../http/etags/conditional.js';
import { INTERVAL_MS, onStep } from '../../time/buckets.js';
import { now } from '../../time/time.js';
import { EVENTS_TOPIC } from '../events.service.js';
import { StatisticsQueryDto } from './dto/statistics.request.js';
import { StatisticsAnswer } from './dto/statistics.response.js';
import { EventStatisticsService } from './statistics.service.js';

@MemoryController('events')
export class EventStatisticsController {
  constructor(
    private readonly statistics: EventStatisticsService,
    private readonly answers: ConditionalAnswers,
  ) {}

  @Get('stats')
  @Conditional()
  @Endpoint({
    roles: READERS,
    takesQuery: true,
    summary: 'How many events there were by minute, hour, day or week',
    description:
      'Every part of the window is listed, also those without an event; at most 2000 of them, and 100 nodes. Hours, days and ' +
      'weeks are those of the time zone, also where its clocks change, and the first and the last may be cut by the window, ' +
      'which consists of whole quarters of an hour (by minute, of whole minutes). What retention removes is counted all the ' +
      'same, but by minute and where filters choose some events, which `coverage.thinned` says. Filters are those of the list.',
    answer: StatisticsAnswer,
    problems: [...READ_PROBLEMS, 'validation_failed'],
  })
  count(
    @Query() query: StatisticsQueryDto,
    @Res({ passthrough: true }) response: Response,
  ): Promise<SerializedAnswer<StatisticsAnswer> | undefined> {
    return this.answers.respond(
      response,
      EVENTS_TOPIC,
      (signal) => this.statistics.getStatistics(query, signal),
      // That nobody is watching is seen by nothing being written.
      onStep(now(), INTERVAL_MS.minute, Math.floor),
    );
  }
}
