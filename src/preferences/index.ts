export { PreferencesModule, PreferencesServiceModule } from './preferences.module.js';
export { PreferencesService } from './preferences.service.js';
export { PreferenceDto } from './dto/preference.response.js';
export { SetPreferenceDto } from './dto/preference.request.js';
