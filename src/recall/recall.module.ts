import { Global, Module } from '@nestjs/common';
import { ConversationsServiceModule } from '../conversations/index.js';
import { EventRecall, EventsServiceModule } from '../events/index.js';
import { PreferencesServiceModule } from '../preferences/index.js';
import { ContextController, SearchController } from './recall.controller.js';
import { SimilarController } from './similar.controller.js';
import { RecallService, RecallTextService } from './recall.service.js';

/** The services without routes. Global, because events look for recall and cannot import what imports them. */
@Global()
@Module({
  imports: [EventsServiceModule, ConversationsServiceModule, PreferencesServiceModule],
  providers: [RecallService, RecallTextService, { provide: EventRecall, useExisting: RecallService }],
  exports: [RecallService, RecallTextService, EventRecall],
})
export class RecallServiceModule {}

/** The services with their routes. */
@Module({
  imports: [RecallServiceModule],
  controllers: [SearchController, ContextController, SimilarController],
  exports: [RecallServiceModule],
})
export class RecallModule {}
