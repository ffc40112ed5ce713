export {
  ENVIRONMENT,
  LOG_LEVELS,
  databaseFile,
  databaseTarget,
  describeTarget,
  readDatabaseTarget,
  readEnvironment,
  unusedSettingWarning,
  type Environment,
} from './environment.js';
export { ConfigModule } from './config.module.js';
export { PACKAGE_FOLDER, VERSION } from './version.js';
