import { Module } from '@nestjs/common';
import { Table, TableModule, type Database, type TableOptions } from '../database/index.js';
import { PreferenceChangeEntity } from './history/preference-change.entity.js';
import { PreferenceHistoryService } from './history/preference-history.service.js';
import { PreferenceEntity } from './preference.entity.js';
import { PreferencesController } from './preferences.controller.js';
import { PREFERENCES_TOPIC, PreferencesService } from './preferences.service.js';

const TABLE: TableOptions<PreferenceEntity> = { entity: PreferenceEntity, topic: PREFERENCES_TOPIC };
const HISTORY: TableOptions<PreferenceChangeEntity> = {
  entity: PreferenceChangeEntity,
  topic: PREFERENCES_TOPIC,
  large: 'value',
};

/** The service outside of dependency injection, as commands use it. */
export function preferencesOf(database: Database): PreferencesService {
  return new PreferencesService(Table.of(database, TABLE));
}

/** The service without routes. */
@Module({
  imports: [TableModule.forFeature(TABLE, HISTORY)],
  providers: [PreferencesService, PreferenceHistoryService],
  exports: [PreferencesService, PreferenceHistoryService],
})
export class PreferencesServiceModule {}

/** The service with its routes. */
@Module({
  imports: [PreferencesServiceModule],
  controllers: [PreferencesController],
  exports: [PreferencesServiceModule],
})
export class PreferencesModule {}
