import { Module } from '@nestjs/common';
import { SnapshotsServiceModule } from '../../snapshots/index.js';
import { CompareInBackground } from '../changes/compare-in-background.js';
import { SnapshotHistoryController } from './diff.controller.js';
import { SnapshotHistory, SnapshotHistoryText } from './snapshot-history.service.js';

/** The services without routes. */
@Module({
  imports: [SnapshotsServiceModule],
  providers: [SnapshotHistory, SnapshotHistoryText, CompareInBackground],
  exports: [SnapshotHistory, SnapshotHistoryText],
})
export class SnapshotHistoryServiceModule {}

/** The services with their routes. */
@Module({
  imports: [SnapshotHistoryServiceModule],
  controllers: [SnapshotHistoryController],
  exports: [SnapshotHistoryServiceModule],
})
export class SnapshotHistoryModule {}
