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

const MESSAGES: TableOptions<MessageEntity> = { entity: MessageEntity, topic: CONVERSATIONS_TOPIC };
const SESSIONS: TableOptions<SessionEntity> = { entity: SessionEntity, topic: CONVERSATIONS_TOPIC };

/** The service outside of dependency injection, as commands use it. */
export function conversationsOf(database: Database): ConversationsTextService {
  return new ConversationsTextService(Table.of(database, MESSAGES), Table.of(database, SESSIONS), database);
}

/** The service without routes. */
@Module({
  imports: [TableModule.forFeature(MESSAGES, SESSIONS)],
  providers: [ConversationsService, ConversationsTextService],
  exports: [ConversationsService, ConversationsTextService],
})
export class ConversationsServiceModule {}

/** The service with its routes. */
@Module({
  imports: [ConversationsServiceModule],
  controllers: [ConversationsController],
  exports: [ConversationsServiceModule],
})
export class ConversationsModule {}
