export {
  ENVIRONMENT,
  databaseFile,
  logLevelsFrom,
  readEnvironment,
  type Environment,
} from './environment.js';
export { ConfigModule } from './config.module.js';
export { VERSION } from './version.js';
