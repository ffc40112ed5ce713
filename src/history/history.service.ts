import { Injectable } from '@nestjs/common';
import { EventsService, type EventsQueryDto, type EventWith } from '../events/index.js';
import type { StoredObject } from '../json/index.js';
import type { Page } from '../paging/index.js';
import type { Timestamp } from '../time/time.js';
import { validate } from '../validation/index.js';
import { SnapshotHistory, type AtWith, type DiffQueryDto, type DiffWith } from './diff/index.js';
import { MomentDto } from './moment.request.js';
import type { TimelineQuery } from './timeline/timeline.request.js';
import type { TimelineAnswer } from './timeline/timeline.response.js';
import { TimelineService } from './timeline/timeline.service.js';

/** What was, what changed and what happened, for in-process callers. Invalid input rejects with `validation_failed`. */
@Injectable()
export class HistoryService {
  constructor(
    private readonly events: EventsService,
    private readonly snapshots: SnapshotHistory,
    private readonly timelines: TimelineService,
  ) {}

  /** The snapshot in force at a time, with its age; see `SnapshotHistory.at`. */
  at(time: Timestamp): Promise<AtWith<StoredObject>> {
    return this.snapshots.at(time);
  }

  /** What changed from one snapshot to another; see `SnapshotHistory.diff`. */
  diff(query: Partial<DiffQueryDto>, signal?: AbortSignal): Promise<DiffWith<StoredObject>> {
    return this.snapshots.diff(query, signal);
  }

  /** One page of everything that happened, newest first; see `TimelineService.findTimeline`. */
  timeline(query: TimelineQuery = {}, signal?: AbortSignal): Promise<TimelineAnswer> {
    return this.timelines.findTimeline(query, signal);
  }

  /** One page of the events that were open at a moment, newest first, with the same filters as other lists of events. */
  async openAt(
    time: Timestamp,
    query: Partial<EventsQueryDto> = {},
    signal?: AbortSignal,
  ): Promise<Page<EventWith<StoredObject>>> {
    return this.events.findEvents({ ...query, openAt: validate(MomentDto, { time }).time }, signal);
  }
}
