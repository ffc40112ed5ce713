import { Injectable } from '@nestjs/common';
import { Database, type Query } from '../../database/index.js';
import { daysOf, type Span } from '../../time/days.js';
import { invalidInput } from '../../problems/problem.error.js';
import { validate } from '../../validation/index.js';
import { UsageQueryDto, type UsageGroup } from './dto/usage.request.js';
import type { UsageAnswer, UsageDto, UsageSumsDto } from './dto/usage.response.js';
import { byDay, byModel, bySession, toSums, type Sums, type UsageRow } from './usage.statements.js';
import { windowOf } from './window.js';

const MAX_DAYS = 1830;
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
    const rows = await this.read(statementFor(query, window), signal);
    return { groupBy: query.groupBy, ...window, timeZone: query.timeZone, ...answerOf(query.groupBy, rows) };
  }

  private async read(query: Query | undefined, signal?: AbortSignal): Promise<readonly UsageRow[]> {
    if (!query) return [];
    const [taken] = await this.database.read((rows) => rows.readHeavy<UsageRow>([query], {}, signal));
    return taken?.rows ?? [];
  }
}

/** @returns undefined for a window without a day. */
function statementFor({ groupBy, timeZone }: UsageQueryDto, window: Span): Query | undefined {
  if (groupBy === 'model') return byModel(window);
  if (groupBy === 'session') return bySession(window);
  const days = daysOf(window, timeZone, MAX_DAYS + 1);
  if (days.length > MAX_DAYS)
    throw invalidInput([{ field: 'since', message: `must leave a window of at most ${MAX_DAYS} days` }]);
  return days.length > 0 ? byDay(days) : undefined;
}

function answerOf(
  groupBy: UsageGroup,
  rows: readonly UsageRow[],
): Pick<UsageAnswer, 'usage' | 'groupCount' | 'total'> {
  const groups = rows.flatMap(({ name, sums }) => (name === null ? [] : [{ name, sums: toSums(sums) }]));
  const [first] = rows;
  const all: Sums = first?.total === undefined ? add(groups.map(({ sums }) => sums)) : toSums(first.total);
  return {
    usage: groups.map(({ name, sums }) => ({ ...nameOf(groupBy, name), ...toAnswer(sums) })),
    groupCount: first?.groupCount ?? groups.length,
    total: toAnswer(all),
  };
}

function nameOf(groupBy: UsageGroup, name: string): Pick<UsageDto, 'day' | 'model' | 'sessionId'> {
  if (groupBy === 'day') return { day: name };
  return groupBy === 'model' ? { model: name === '' ? null : name } : { sessionId: name };
}

function add(list: readonly Sums[]): Sums {
  const total = [0, 0, 0, 0, 0] as [number, number, number, number, number];
  for (const sums of list) sums.forEach((sum, at) => (total[at] = (total[at] ?? 0) + sum));
  return total;
}

function toAnswer([messageCount, tokensUsed, inputTokens, outputTokens, cost]: Sums): UsageSumsDto {
  return { messageCount, tokensUsed, inputTokens, outputTokens, costUsd: cost / BILLION };
}
