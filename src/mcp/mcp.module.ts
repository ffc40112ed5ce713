import { Module } from '@nestjs/common';
import { ConversationsTextService } from '../conversations/index.js';
import { Changes } from '../database/index.js';
import { EventsTextService } from '../events/index.js';
import { MemoryModule } from '../memory/index.js';
import { PreferencesService } from '../preferences/index.js';
import { SnapshotsTextService } from '../snapshots/index.js';
import { McpController } from './mcp.controller.js';
import { McpHandler } from './mcp.handler.js';
import { MEMORY_ACCESS, type Memory, type MemoryAccess } from './memory.js';

type Services = readonly [
  Memory['events'],
  Memory['conversations'],
  Memory['snapshots'],
  Memory['preferences'],
  Memory['changes'],
];

/** The memory as tools of the Model Context Protocol, over HTTP. */
@Module({
  imports: [MemoryModule],
  controllers: [McpController],
  providers: [
    McpHandler,
    {
      provide: MEMORY_ACCESS,
      inject: [
        EventsTextService,
        ConversationsTextService,
        SnapshotsTextService,
        PreferencesService,
        Changes,
      ],
      useFactory: (...[events, conversations, snapshots, preferences, changes]: Services): MemoryAccess => {
        const memory: Memory = { events, conversations, snapshots, preferences, changes };
        return (_, work) => work(memory);
      },
    },
  ],
})
export class McpModule {}
