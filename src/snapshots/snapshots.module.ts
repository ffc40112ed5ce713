import { Module } from '@nestjs/common';
import { TableModule } from '../database/index.js';
import { SnapshotEntity } from './snapshot.entity.js';
import { SnapshotsController } from './snapshots.controller.js';
import { SNAPSHOTS_TOPIC, SnapshotsService, SnapshotsTextService } from './snapshots.service.js';

/** The service without routes. */
@Module({
  imports: [TableModule.forFeature({ entity: SnapshotEntity, topic: SNAPSHOTS_TOPIC, large: 'snapshot' })],
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
