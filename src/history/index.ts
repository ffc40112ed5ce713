/** The time machine: what was, and what changed. */
export {
  AtAnswer,
  AtQueryDto,
  ChangeLineDto,
  DiffAnswer,
  DiffQueryDto,
  SnapshotHistory,
  SnapshotHistoryModule,
  SnapshotHistoryServiceModule,
  SnapshotHistoryText,
  type AtWith,
  type DiffWith,
} from './diff/index.js';
export { HistoryModule, HistoryServiceModule } from './history.module.js';
export { HistoryService } from './history.service.js';
export { TimelineService } from './timeline/timeline.service.js';
export { CoverageDto, GapDto } from './coverage/index.js';
export { TimelineQueryDto, type TimelineQuery } from './timeline/timeline.request.js';
export { TimelineAnswer, TimelineItemDto } from './timeline/timeline.response.js';
export type { Around, TimelineKind } from './timeline/timeline.types.js';
