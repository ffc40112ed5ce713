import { Module } from '@nestjs/common';
import { Table, TableModule, type Database, type TableOptions } from '../database/index.js';
import { PreferenceEntity } from './preference.entity.js';
import { PreferencesController } from './preferences.controller.js';
import { PREFERENCES_TOPIC, PreferencesService } from './preferences.service.js';

const TABLE: TableOptions<PreferenceEntity> = { entity: PreferenceEntity, topic: PREFERENCES_TOPIC };

/** The service outside of dependency injection, as commands use it. */
export function preferencesOf(database: Database): PreferencesService {
  return new PreferencesService(Table.of(database, TABLE));
}

/** The service without routes. */
@Module({
  imports: [TableModule.forFeature(TABLE)],
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
