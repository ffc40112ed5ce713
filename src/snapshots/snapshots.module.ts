import { Module } from '@nestjs/common';
import { Table, TableModule, type Database, type TableOptions } from '../database/index.js';
import { SnapshotEntity } from './snapshot.entity.js';
import { SnapshotTexts } from './snapshot-texts.js';
import { SnapshotsController } from './snapshots.controller.js';
import { SNAPSHOTS_TOPIC } from './snapshot.topic.js';
import { SnapshotsService, SnapshotsTextService } from './snapshots.service.js';

const TABLE: TableOptions<SnapshotEntity> = {
  entity: SnapshotEntity,
  topic: SNAPSHOTS_TOPIC,
  large: 'snapshot',
};

/** The service outside of dependency injection, as commands use it. */
export function snapshotsOf(database: Database): SnapshotsTextService {
  return new SnapshotsTextService(Table.of(database, TABLE), new SnapshotTexts(database));
}

/** The service without routes. */
@Module({
  imports: [TableModule.forFeature(TABLE)],
  providers: [SnapshotTexts, SnapshotsService, SnapshotsTextService],
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
