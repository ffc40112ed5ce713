export { SnapshotsModule, SnapshotsServiceModule, snapshotsOf } from './snapshots.module.js';
export { SNAPSHOTS_TOPIC } from './snapshot.topic.js';
export { SnapshotsService, SnapshotsTextService } from './snapshots.service.js';
export { SnapshotDto, SnapshotListItemDto, type SnapshotWith } from './dto/snapshot.response.js';
export { CreateSnapshotDto, MAX_SNAPSHOT_BYTES, SnapshotsQueryDto } from './dto/snapshot.request.js';
