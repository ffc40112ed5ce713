export { PreferencesModule, PreferencesServiceModule, preferencesOf } from './preferences.module.js';
export { PREFERENCES_TOPIC, PreferencesService } from './preferences.service.js';
export { PreferenceHistoryService } from './history/preference-history.service.js';
export { PreferenceChangeDto } from './history/preference-history.response.js';
export { PreferenceDto } from './dto/preference.response.js';
export { PreferenceKeyDto, SetPreferenceDto } from './dto/preference.request.js';
