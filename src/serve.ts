import './small-heap.js';
import { configureApp, createApp } from './app.setup.js';
import { Password } from './auth/index.js';
import { unusedSettingWarning, type Environment } from './config/index.js';
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
}
