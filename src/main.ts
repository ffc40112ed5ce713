import './small-heap.js';
import { configureApp, createApp } from './app.setup.js';
import { Password } from './auth/index.js';
import { logLevelsFrom, readEnvironment, type Environment } from './config/index.js';
import { greet } from './greeting.js';
import { ServiceLogger } from './service-logger.js';

async function serve(environment: Environment): Promise<void> {
  const logger = new ServiceLogger({ logLevels: logLevelsFrom(environment.LOG_LEVEL) });
  const app = await createApp(environment, logger);
  configureApp(app);
  await app.listen(environment.PORT, environment.HOST);
  const password = app.get(Password);
  greet(await app.getUrl(), environment, password);
  await password.keepGenerated();
}

try {
  await serve(readEnvironment());
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
