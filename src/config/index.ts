export { ENVIRONMENT, LOG_LEVELS, databaseFile, readEnvironment, type Environment } from './environment.js';
export { ConfigModule } from './config.module.js';
export { VERSION } from './version.js';
