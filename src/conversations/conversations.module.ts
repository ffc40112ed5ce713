import { Module } from '@nestjs/common';
import { Table, TableModule, type Database, type TableOptions } from '../database/index.js';
import { ConversationsController } from './conversations.controller.js';
import {
  CONVERSATIONS_TOPIC,
  ConversationsService,
  ConversationsTextService,
} from './conversations.service.js';
import { MessageEntity } from './message.entity.js';
import { SessionEntity } from './session.entity.js';
import { UsageController } from './usage/usage.controller.js';
import { UsageService } from './usage/usage.service.js';

const MESSAGES: TableOptions<MessageEntity> = { entity: MessageEntity, topic: CONVERSATIONS_TOPIC };
const SESSIONS: TableOptions<SessionEntity> = { entity: SessionEntity, topic: CONVERSATIONS_TOPIC };

/** The service outside of dependency injection, as commands use it. */
export function conversationsOf(database: Database): ConversationsTextService {
  return new ConversationsTextService(Table.of(database, MESSAGES), Table.of(database, SESSIONS), database);
}

/** The services without routes. */
@Module({
  imports: [TableModule.forFeature(MESSAGES, SESSIONS)],
  providers: [ConversationsService, ConversationsTextService, UsageService],
  exports: [ConversationsService, ConversationsTextService, UsageService],
})
export class ConversationsServiceModule {}

/** The services with their routes. */
@Module({
  imports: [ConversationsServiceModule],
  controllers: [ConversationsController, UsageController],
  exports: [ConversationsServiceModule],
})
export class ConversationsModule {}
