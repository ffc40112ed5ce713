import { Module } from '@nestjs/common';
import { readRepositories } from '../database/index.js';
import { SnapshotEntity } from './snapshot.entity.js';
import { SnapshotsController } from './snapshots.controller.js';
import { SnapshotsService, SnapshotsTextService } from './snapshots.service.js';

/** The service alone, for a process that wants no routes. */
@Module({
  imports: [readRepositories(SnapshotEntity)],
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
