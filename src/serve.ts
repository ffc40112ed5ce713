import './small-heap.js';
import { configureApp, createApp } from './app.setup.js';
import { Password } from './auth/index.js';
import { logLevelsFrom, type Environment } from './config/index.js';
import { greet } from './greeting.js';
import { ServiceLogger } from './service-logger.js';

/** Serves until a signal ends the process. @throws Error where it cannot begin. */
export async function serve(environment: Environment): Promise<void> {
  const logger = new ServiceLogger({ logLevels: logLevelsFrom(environment.LOG_LEVEL) });
  const app = await createApp(environment, logger);
  configureApp(app);
  await app.listen(environment.PORT, environment.HOST);
  const password = app.get(Password);
  greet(await app.getUrl(), environment, password);
  await password.keepGenerated();
}
