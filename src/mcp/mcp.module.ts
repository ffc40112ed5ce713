import { Module } from '@nestjs/common';
import { ConversationsTextService } from '../conversations/index.js';
import { Database } from '../database/index.js';
import { EventsTextService } from '../events/index.js';
import { SnapshotHistoryText, TimelineService } from '../history/index.js';
import { LiveModule } from '../live/index.js';
import { MemoryModule } from '../memory/index.js';
import { PreferencesService } from '../preferences/index.js';
import { COUNT_TOKENS, RecallTextService } from '../recall/index.js';
import { SnapshotsTextService } from '../snapshots/index.js';
import { ChangeBus } from './change-bus.js';
import { McpController } from './mcp.controller.js';
import { McpHandler } from './mcp.handler.js';
import { MEMORY_ACCESS, type Memory, type MemoryAccess } from './memory.js';
import { Subscriptions } from './subscriptions.js';

type Services = readonly [
  Memory['events'],
  Memory['conversations'],
  Memory['snapshots'],
  Memory['preferences'],
  Memory['recall'],
  Memory['timeline'],
  Memory['snapshotHistory'],
  Database,
];

/** The memory as tools of the Model Context Protocol, over HTTP. */
@Module({
  imports: [MemoryModule, LiveModule],
  controllers: [McpController],
  providers: [
    McpHandler,
    ChangeBus,
    Subscriptions,
    {
      provide: MEMORY_ACCESS,
      inject: [
        EventsTextService,
        ConversationsTextService,
        SnapshotsTextService,
        PreferencesService,
        RecallTextService,
        TimelineService,
        SnapshotHistoryText,
        Database,
      ],
      useFactory: (
        ...[
          events,
          conversations,
          snapshots,
          preferences,
          recall,
          timeline,
          snapshotHistory,
          database,
        ]: Services
      ): MemoryAccess => {
        const { changes } = database;
        const countTokens: Memory['countTokens'] = (texts) => database.inThread(COUNT_TOKENS, texts);
        const services = { events, conversations, snapshots, preferences, recall, timeline, snapshotHistory };
        const memory = { ...services, changes, countTokens };
        return (_, work) => work(memory);
      },
    },
  ],
})
export class McpModule {}
