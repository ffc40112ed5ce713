import { Module } from '@nestjs/common';
import { TableModule } from '../database/index.js';
import { PreferenceEntity } from './preference.entity.js';
import { PreferencesController } from './preferences.controller.js';
import { PREFERENCES_TOPIC, PreferencesService } from './preferences.service.js';

/** The service without routes. */
@Module({
  imports: [TableModule.forFeature({ entity: PreferenceEntity, topic: PREFERENCES_TOPIC })],
  providers: [PreferencesService],
  exports: [PreferencesService],
})
export class PreferencesServiceModule {}

/** The service with its routes. */
@Module({
  imports: [PreferencesServiceModule],
  controllers: [PreferencesController],
  exports: [PreferencesServiceModule],
})
export class PreferencesModule {}
