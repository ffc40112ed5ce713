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
import { ChangesController } from './poll/changes.controller.js';
import { ChangesService } from './poll/changes.service.js';
import { ChangedRows } from './rows/changed-rows.js';
import { RowSources } from './rows/row-sources.js';
import { Audience } from './stream/audience.js';
import { StreamController } from './stream/stream.controller.js';
import { StreamReports } from './stream/stream-reports.js';
import { Streams } from './stream/streams.js';

/** What follows the changes, without routes. */
@Module({
  imports: [
    EventsServiceModule,
    ConversationsServiceModule,
    SnapshotsServiceModule,
    PreferencesServiceModule,
  ],
  providers: [WakeUps, FeedLog, RowSources, ChangedRows, ChangeReader, Follower, MemoryChanges],
  exports: [MemoryChanges, ChangeReader, Follower, WakeUps],
})
export class LiveServiceModule {}

/** The same with its routes. */
@Module({
  imports: [LiveServiceModule],
  controllers: [StreamController, ChangesController],
  providers: [Audience, Streams, StreamReports, ChangesService],
  exports: [LiveServiceModule, Audience],
})
export class LiveModule {}
