import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Database } from '../../database/index.js';
import { SnapshotComparer } from './snapshot-comparer.js';

/** Compares snapshots while the application runs. */
@Injectable()
export class CompareInBackground implements OnApplicationBootstrap {
  constructor(private readonly database: Database) {}

  onApplicationBootstrap(): void {
    this.database.background?.start(new SnapshotComparer(this.database));
  }
}
