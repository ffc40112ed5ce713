import { Module } from '@nestjs/common';
import { ConversationsServiceModule } from '../conversations/index.js';
import { EventsServiceModule } from '../events/index.js';
import { PreferencesServiceModule } from '../preferences/index.js';
import { ContextController, SearchController } from './recall.controller.js';
import { RecallService, RecallTextService } from './recall.service.js';

/** The services without routes. */
@Module({
  imports: [EventsServiceModule, ConversationsServiceModule, PreferencesServiceModule],
  providers: [RecallService, RecallTextService],
  exports: [RecallService, RecallTextService],
})
export class RecallServiceModule {}

/** The services with their routes. */
@Module({
  imports: [RecallServiceModule],
  controllers: [SearchController, ContextController],
  exports: [RecallServiceModule],
})
export class RecallModule {}
