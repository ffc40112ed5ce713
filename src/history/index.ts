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
