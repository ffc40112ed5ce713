import { Module } from '@nestjs/common';
import { TableModule } from '../database/index.js';
import { ConversationsController } from './conversations.controller.js';
import { CONVERSATIONS, ConversationsService, ConversationsTextService } from './conversations.service.js';
import { MessageEntity } from './message.entity.js';
import { SessionEntity } from './session.entity.js';

/** The service alone, for a process that wants no routes. */
@Module({
  imports: [
    TableModule.forFeature(
      { entity: MessageEntity, topic: CONVERSATIONS },
      { entity: SessionEntity, topic: CONVERSATIONS },
    ),
  ],
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
