import './small-heap.js';
import { configureApp, createApp } from './app.setup.js';
import type { LoggerService } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Password } from './auth/index.js';
import { unusedSettingWarning, type Environment } from './config/index.js';
import { Database } from './database/index.js';
import { EXIT } from './cli/exit.js';
import { greet } from './greeting.js';
import { openServiceLogger } from './operations/logging/index.js';

/**
 * Serves until a signal ends the process.
 * @throws Error where the start fails.
 */
export async function serve(environment: Environment): Promise<void> {
  const logger = await openServiceLogger(environment.LOG_LEVEL);
  const unused = unusedSettingWarning();
  if (unused !== undefined) logger.warn(unused, 'Configuration');
  const app = await createApp(environment, logger);
  configureApp(app);
  await app.listen(environment.PORT, environment.HOST);
  const password = app.get(Password);
  greet(await app.getUrl(), environment, password);
  await password.persist();
  void app.get(Database).engine.serverReturned?.then(() => startAnew(app, logger));
}

/**
 * What was made without the database (secrets, versions) is not what the other instances have: the supervisor starts the
 * process again, as the unit and the compose files say.
 */
async function startAnew(app: NestExpressApplication, logger: LoggerService): Promise<void> {
  logger.warn('The database server answers now: the service ends, to be started again with it.', 'Database');
  process.exitCode = EXIT.FAILED;
  await app.close();
  process.exit();
}
