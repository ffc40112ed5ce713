import { Injectable } from '@nestjs/common';
import { Database, programUrl, type ThreadProgram } from '../../database/index.js';
import { decodeCursor, encodeCursor, scopeOf } from '../../paging/index.js';
import { notFound } from '../../problems/problem.error.js';
import { now } from '../../time/time.js';
import { validate } from '../../validation/index.js';
import { TimelineQueryDto, type TimelineQuery } from './timeline.request.js';
import type { TimelineAnswer } from './timeline.response.js';
import type {
  Place,
  PlacedItem,
  TimelineInput,
  TimelineItem,
  TimelineKind,
  TimelineOutput,
} from './timeline.types.js';

const TIMELINE: ThreadProgram<TimelineInput, TimelineOutput | null> = {
  url: programUrl(import.meta.url, './timeline-thread.js'),
};

/** Everything that happened, in the order of time. Invalid input rejects with `validation_failed`. */
@Injectable()
export class TimelineService {
  constructor(private readonly database: Database) {}

  /**
   * One page of everything that happened, newest first. It may be short, even empty, with a `nextCursor`, where little is
   * of the node.
   * @param signal drops it where it still waits.
   * @throws ProblemError `not_found` where there is nothing that it shall be centred on; `read_queue_full`.
   */
  async findTimeline(input: TimelineQuery = {}, signal?: AbortSignal): Promise<TimelineAnswer> {
    const { cursor, limit, minutes, around, since, until, ...filters } = validate(TimelineQueryDto, input);
    const window = { since, until, around, minutes: around && minutes };
    const scope = scopeOf('timeline', { ...window, ...filters });
    const after = cursor === undefined ? undefined : toPlace(cursor, scope);
    const output = await this.database.inThread(
      TIMELINE,
      { filters, since, until, around, minutes, limit, after, now: now() },
      signal,
    );
    if (!output) throw notFound(String(around?.kind));
    const { items, next, coverage, uncomparedSince } = output;
    return {
      timeline: items.map(withoutPlace),
      nextCursor: next ? fromPlace(next, scope) : null,
      coverage,
      uncomparedSince,
    };
  }
}

function withoutPlace(item: PlacedItem): TimelineItem {
  const { at, kind, id, title, node, severity, sessionId, changes } = item;
  return {
    at,
    kind,
    id,
    title,
    ...(node !== undefined && { node }),
    ...(severity !== undefined && { severity }),
    ...(sessionId !== undefined && { sessionId }),
    ...(changes !== undefined && { changes }),
  };
}

function fromPlace({ at, kind, id }: Place, scope: string): string {
  return encodeCursor({ sortKey: `${at} ${kind}`, id }, scope);
}

function toPlace(cursor: string, scope: string): Place {
  const { sortKey, id } = decodeCursor(cursor, scope);
  const [at = '', kind] = sortKey.split(' ');
  return { at, kind: kind as TimelineKind, id };
}
