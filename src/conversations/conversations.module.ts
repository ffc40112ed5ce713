import { Module } from '@nestjs/common';
import { TableModule } from '../database/index.js';
import { ConversationsController } from './conversations.controller.js';
import {
  CONVERSATIONS_TOPIC,
  ConversationsService,
  ConversationsTextService,
} from './conversations.service.js';
import { MessageEntity } from './message.entity.js';
import { SessionEntity } from './session.entity.js';

/** The service without routes. */
@Module({
  imports: [
    TableModule.forFeature(
      { entity: MessageEntity, topic: CONVERSATIONS_TOPIC },
      { entity: SessionEntity, topic: CONVERSATIONS_TOPIC },
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
