import { Module } from '@nestjs/common';
import { readRepositories } from '../database/index.js';
import { PreferenceEntity } from './preference.entity.js';
import { PreferencesController } from './preferences.controller.js';
import { PreferencesService } from './preferences.service.js';

/** The service alone, for a process that wants no routes. */
@Module({
  imports: [readRepositories(PreferenceEntity)],
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
