import { Module } from '@nestjs/common';
import { TableModule } from '../database/index.js';
import { SnapshotEntity } from './snapshot.entity.js';
import { SnapshotsController } from './snapshots.controller.js';
import { SNAPSHOTS, SnapshotsService, SnapshotsTextService } from './snapshots.service.js';

/** The service alone, for a process that wants no routes. */
@Module({
  imports: [TableModule.forFeature({ entity: SnapshotEntity, topic: SNAPSHOTS, large: 'snapshot' })],
  providers: [SnapshotsService, SnapshotsTextService],
  exports: [SnapshotsService, SnapshotsTextService],
})
export class SnapshotsServiceModule {}

/** The service with its routes. */
@Module({
  imports: [SnapshotsServiceModule],
  controllers: [SnapshotsController],
  exports: [SnapshotsServiceModule],
})
export class SnapshotsModule {}
