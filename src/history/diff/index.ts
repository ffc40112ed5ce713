/** Snapshots at a time, and what changed between two. */
export { SnapshotHistoryModule, SnapshotHistoryServiceModule } from './snapshot-history.module.js';
export { SnapshotHistory, SnapshotHistoryText } from './snapshot-history.service.js';
export { AtQueryDto, DiffQueryDto } from './dto/diff.request.js';
export { AtAnswer, ChangeLineDto, DiffAnswer, type AtWith, type DiffWith } from './dto/diff.response.js';
