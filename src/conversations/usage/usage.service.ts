import { Injectable } from '@nestjs/common';
import { Database, type Query } from '../../database/index.js';
import { daysOf, type Span } from '../../time/days.js';
import { invalidInput } from '../../problems/problem.error.js';
import { validate } from '../../validation/index.js';
import { UsageQueryDto, type UsageGroup } from './dto/usage.request.js';
import type { UsageAnswer, UsageDto, UsageSumsDto } from './dto/usage.response.js';
import { byDay, byModel, bySession, type Sums, type UsageRow } from './usage.statements.js';
import { windowOf } from './window.js';

const MAX_DAYS = 3660;
const BILLION = 1_000_000_000;

/** What the messages of conversations used. */
@Injectable()
export class UsageService {
  constructor(private readonly database: Database) {}

  /**
   * The sums of a window, by day, model or session.
   * @param signal drops the read while it waits for a thread.
   * @throws ProblemError `validation_failed`; `read_queue_full`.
   */
  async getUsage(input: Partial<UsageQueryDto> = {}, signal?: AbortSignal): Promise<UsageAnswer> {
    const query = validate(UsageQueryDto, input);
    const window = windowOf(query);
    const statement = statementFor(query, window);
    const [taken] = await this.database.read((rows) => rows.readHeavy<UsageRow>([statement], {}, signal));
    return {
      groupBy: query.groupBy,
      ...window,
      timeZone: query.timeZone,
      ...answerOf(query.groupBy, taken?.rows ?? []),
    };
  }
}

function statementFor({ groupBy, timeZone }: UsageQueryDto, window: Span): Query {
  if (groupBy === 'model') return byModel(window);
  if (groupBy === 'session') return bySession(window);
  const days = daysOf(window, timeZone, MAX_DAYS + 1);
  if (days.length > MAX_DAYS)
    throw invalidInput([{ field: 'since', message: `must leave a window of at most ${MAX_DAYS} days` }]);
  return byDay(days, window);
}

function answerOf(
  groupBy: UsageGroup,
  rows: readonly UsageRow[],
): Pick<UsageAnswer, 'usage' | 'groupCount' | 'total'> {
  const [first] = rows;
  const total = toSums((field) => first?.[`all ${field}`] ?? 0);
  const groups = rows.flatMap((row) => (row.name === null ? [] : [row]));
  return {
    usage: groups.map((row) => ({ ...nameOf(groupBy, row.name), ...toSums((field) => row[field]) })),
    groupCount: groups[0]?.groupCount ?? 0,
    total,
  };
}

function nameOf(groupBy: UsageGroup, name: string): Pick<UsageDto, 'day' | 'model' | 'sessionId'> {
  if (groupBy === 'day') return { day: name };
  return groupBy === 'model' ? { model: name === '' ? null : name } : { sessionId: name };
}

function toSums(read: (field: keyof Sums) => number): UsageSumsDto {
  return {
    messageCount: read('messageCount'),
    tokensUsed: read('tokensUsed'),
    inputTokens: read('inputTokens'),
    outputTokens: read('outputTokens'),
    costUsd: read('cost') / BILLION,
  };
}
