import { Module } from '@nestjs/common';
import { ConversationsServiceModule } from '../conversations/index.js';
import { EventsServiceModule } from '../events/index.js';
import { PreferencesServiceModule } from '../preferences/index.js';
import { SnapshotsServiceModule } from '../snapshots/index.js';
import { ChangeReader } from './change-reader.js';
import { FeedLog } from './feed/feed-log.js';
import { WakeUps } from './feed/wake-ups.js';
import { Follower } from './follower.js';
import { MemoryChanges } from './memory-changes.js';
import { ChangedRows } from './rows/changed-rows.js';
import { RowSources } from './rows/row-sources.js';

/** What follows the changes, without routes. */
@Module({
  imports: [
    EventsServiceModule,
    ConversationsServiceModule,
    SnapshotsServiceModule,
    PreferencesServiceModule,
  ],
  providers: [WakeUps, FeedLog, RowSources, ChangedRows, ChangeReader, Follower, MemoryChanges],
  exports: [MemoryChanges, ChangeReader, Follower],
})
export class LiveServiceModule {}
