export {
  ENVIRONMENT,
  LOG_LEVELS,
  databaseFile,
  databaseTarget,
  describeTarget,
  diskLimits,
  givenSecrets,
  namedTarget,
  readDatabaseTarget,
  readDiskLimits,
  readEnvironment,
  unusedSettingWarning,
  type Environment,
} from './environment.js';
export { ConfigModule } from './config.module.js';
export { PACKAGE_FOLDER, VERSION } from './version.js';
