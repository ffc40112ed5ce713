import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { AppModule } from './app.module.js';
import { configureApp } from './app.setup.js';
import { Password } from './auth/index.js';
import { logLevelsFrom, readEnvironment, type Environment } from './config/index.js';
import { greet } from './greeting.js';
import { ServiceLogger } from './service-logger.js';

async function serve(environment: Environment): Promise<void> {
  const app = await NestFactory.create<NestExpressApplication>(AppModule.forRoot(environment), {
    bodyParser: false,
    logger: new ServiceLogger({ logLevels: logLevelsFrom(environment.LOG_LEVEL) }),
  });
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
