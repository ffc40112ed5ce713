import { Injectable } from '@nestjs/common';
import { Database, programUrl, type ThreadProgram } from '../../database/index.js';
import { invalidInput } from '../../problems/problem.error.js';
import { INTERVAL_MS } from '../../time/buckets.js';
import { now } from '../../time/time.js';
import { validate } from '../../validation/index.js';
import { StatisticsQueryDto } from './dto/statistics.request.js';
import type { StatisticsAnswer } from './dto/statistics.response.js';
import type { StatisticsInput, StatisticsOutput } from './read-statistics.js';
import { MAX_GROUPS } from './statements.js';
import { windowOf } from './window.js';

const STATISTICS: ThreadProgram<StatisticsInput, StatisticsOutput> = {
  url: programUrl(import.meta.url, './statistics-thread.js'),
};
const MAX_BUCKETS = 2000;

/** How many events there were, and when. */
@Injectable()
export class EventStatisticsService {
  constructor(private readonly database: Database) {}

  /**
   * Counts the events of each minute, hour, day or week of a window, also those that retention has removed.
   * @param signal drops the read while it waits for a thread.
   * @throws ProblemError `validation_failed`; `read_queue_full`.
   */
  async getStatistics(
    input: Partial<StatisticsQueryDto> = {},
    signal?: AbortSignal,
  ): Promise<StatisticsAnswer> {
    const query = validate(StatisticsQueryDto, input);
    const { interval, groupBy, timeZone } = query;
    const window = windowOf(query);
    const length = Date.parse(window.until) - Date.parse(window.since);
    if (length > MAX_BUCKETS * INTERVAL_MS[interval])
      throw invalidInput([
        { field: 'since', message: `must leave a window of at most ${MAX_BUCKETS} ${interval}s` },
      ]);
    const counted = await this.database.inThread(
      STATISTICS,
      { window, interval, groupBy, timeZone, selection: query, now: now() },
      signal,
    );
    if (!counted)
      throw invalidInput([{ field: 'groupBy', message: `has more than ${MAX_GROUPS} nodes in this window` }]);
    return { interval, groupBy: groupBy ?? null, ...window, timeZone, ...counted };
  }
}
