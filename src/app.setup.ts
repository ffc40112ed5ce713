import { NestFactory } from '@nestjs/core';
import type { LoggerService } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { Request } from 'express';
import { AppModule } from './app.module.js';
import { Access } from './auth/index.js';
import { ConnectionDrain } from './common/connection-drain.js';
import { inSequence } from './common/in-sequence.js';
import { JsonAdapter } from './common/json-adapter.js';
import { jsonBody } from './common/json-body.js';
import { refuseOutside } from './common/outside-api.js';
import { ProblemFilter } from './common/problem/problem.filter.js';
import { assignRequestId } from './common/request-id.js';
import { RequestValidationPipe } from './common/validation/index.js';
import { ENVIRONMENT, type Environment } from './config/index.js';
import { setUpDocs } from './docs.setup.js';
import { RequestMetrics } from './metrics/index.js';

/** What every route of the API begins with. */
const BASE = 'api';
const LOGIN = `/${BASE}/auth/login`;
const LOGIN_BYTES = 16_384;
/** A snapshot of 16 MB, with room for what surrounds it. */
const BODY_BYTES = 16 * 1_048_576 + 65_536;

/**
 * Longer than a dashboard waits between two polls: with Node's 5 seconds, a client that polls as often would at times
 * send into a connection that is just being closed.
 */
const KEEP_ALIVE_MS = 65_000;

/**
 * The application, to be configured: one way to make it for the served program, the demonstration and every test.
 * @throws Error where a part of it cannot be made.
 */
export function createApp(environment: Environment, logger: LoggerService): Promise<NestExpressApplication> {
  const options = { bodyParser: false, abortOnError: false, logger };
  return NestFactory.create<NestExpressApplication>(
    AppModule.forRoot(environment),
    new JsonAdapter(),
    options,
  );
}

/** How the application meets HTTP: one set-up for the served program, the demonstration and every test. */
export function configureApp(app: NestExpressApplication): void {
  const { CORS_ORIGINS } = app.get<Environment>(ENVIRONMENT);
  app.setGlobalPrefix(BASE);
  app.disable('x-powered-by');
  app.set('etag', false);
  if (CORS_ORIGINS.length > 0) {
    app.enableCors({
      origin: CORS_ORIGINS,
      exposedHeaders: ['ETag', 'Location', 'Retry-After', 'X-Request-Id'],
    });
  }
  app.use(
    inSequence(
      app.get(RequestMetrics).middleware,
      app.get(ConnectionDrain).middleware,
      assignRequestId,
      refuseOutside(BASE),
      app.get(Access).recognise,
      jsonBody([LOGIN_BYTES, BODY_BYTES], bodyLimitFor),
    ),
  );
  app.useGlobalPipes(new RequestValidationPipe());
  app.useGlobalFilters(new ProblemFilter());
  // As the first process of a container it is not ended by a signal that it sends to itself.
  app.enableShutdownHooks([], { useProcessExit: true });
  app.getHttpServer().keepAliveTimeout = KEEP_ALIVE_MS;
  setUpDocs(app, BASE);
}

/** A stranger may log in, which takes little; no other body of his is read, let alone parsed. */
function bodyLimitFor({ path, user }: Request): number | undefined {
  const route = path.toLowerCase();
  if (route.startsWith(`/${BASE}/auth/`)) return user || route.startsWith(LOGIN) ? LOGIN_BYTES : undefined;
  return user && BODY_BYTES;
}
