import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { configureApp, createApp } from '../src/app.setup.js';
import { AuthService, Password } from '../src/auth/index.js';
import { reasonOf } from '../src/problems/errors.js';
import { printable } from '../src/text/printable.js';
import { databaseTarget, readEnvironment, type Environment } from '../src/config/index.js';
import { openServiceLogger } from '../src/operations/logging/index.js';
import { fill } from './fill.js';
import { furnish } from './furnish.js';
import { makeHomelabMemory } from './homelab-day.js';
import { keepWatching } from './keep-watching.js';
import { describeTour } from './tour.js';

const SEED = 20_261_122;

/** The environment of the service, but with a database that is gone when the process ends. */
function demoEnvironment(): Environment {
  const folder = mkdtempSync(join(tmpdir(), 'jarvis-memory-demo-'));
  process.once('exit', () => {
    rmSync(folder, { recursive: true, force: true });
  });
  return readEnvironment({ ...process.env, DATABASE_URL: undefined, DB_PATH: join(folder, 'jarvis.db') });
}

async function start(environment: Environment): Promise<NestExpressApplication> {
  const app = await createApp(environment, await openServiceLogger(environment.LOG_LEVEL));
  configureApp(app);
  return app;
}

async function demonstrate(environment: Environment): Promise<void> {
  const memory = makeHomelabMemory(SEED, new Date());
  await fill(databaseTarget(environment), memory);
  const app = await start(environment);
  await app.listen(environment.PORT, environment.HOST);
  const { token } = await app.get(AuthService).issueToken();
  const access = { address: await app.getUrl(), token, password: app.get(Password).generated };
  process.stdout.write(describeTour(access, memory));
  await furnish(app);
  keepWatching(app, memory.story);
}

try {
  await demonstrate(demoEnvironment());
} catch (error) {
  process.stderr.write(`${printable(reasonOf(error))}\n`);
  process.exit(1);
}
