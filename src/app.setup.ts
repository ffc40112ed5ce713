import { NestFactory, Reflector } from '@nestjs/core';
import type { LoggerService } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { Request } from 'express';
import ms, { type StringValue } from 'ms';
import { AppModule } from './app.module.js';
import { Authenticator } from './auth/index.js';
import { limitAddresses } from './http/adapter/address-limit.js';
import { BodyGuard, boundRestOfBody } from './http/body/index.js';
import { nameOfClient } from './http/client-name.js';
import { ConnectionDrain } from './http/adapter/connection-drain.js';
import { limitServer, validateHeaders, serverOptions, type HttpLimits } from './http/adapter/http-limits.js';
import { JsonAdapter } from './http/adapter/json-adapter.js';
import { refuseOutside } from './http/middleware/outside-api.js';
import { ProblemFilter } from './http/problem.filter.js';
import { limitRate } from './http/middleware/rate-limit.js';
import { assignRequestId } from './http/middleware/request-id.js';
import { requestSteps } from './http/middleware/request-steps.js';
import { securityHeaders } from './http/middleware/security-headers.js';
import { Traffic } from './http/traffic/index.js';
import { RequestValidationPipe } from './validation/index.js';
import { ENVIRONMENT, type Environment } from './config/index.js';
import { setUpDocs } from './http/docs/index.js';
import { logRequests } from './operations/logging/index.js';
import { RequestMetrics } from './operations/metrics/index.js';

/** What every route of the API begins with. */
const BASE = 'api';
/** How long a body may stand still before it is given up. */
const STALL_MS = 10_000;

/** What is asked all day by machines that only want to know whether there is an answer. */
const HEALTH = new RegExp(`^/${BASE}/health(?:/live)?/?$`, 'i');
const QUIET = new RegExp(`^/${BASE}/(?:health(?:/live)?|metrics)/?$`, 'i');
const PAGES = new RegExp(`^/${BASE}/(?:docs(?:/.*)?|openapi\\.json)$`, 'i');

/** How long a browser may remember that it may call, in seconds. */
const PREFLIGHT_SECONDS = 600;
const EXPOSED_HEADERS = ['ETag', 'Location', 'RateLimit-Reset', 'Retry-After', 'X-Request-Id'];

/** What Express makes of `trust proxy`: whether it believes an address that is so many proxies away. */
type TrustsProxy = (address: string, index: number) => boolean;

/**
 * The application, to be configured: one way to make it for the served program, the demonstration and every test.
 * @throws Error where a part of it cannot be made.
 */
export function createApp(environment: Environment, logger: LoggerService): Promise<NestExpressApplication> {
  const options = { bodyParser: false, abortOnError: false, logger };
  return NestFactory.create<NestExpressApplication>(
    AppModule.forRoot(environment),
    new JsonAdapter(serverOptions(httpLimits(environment))),
    options,
  );
}

/**
 * How the application meets HTTP: one set-up for the served program, the demonstration and every test. Bodies are read
 * after the access guard, which belongs to its module and so comes before those that are set here.
 */
export function configureApp(app: NestExpressApplication, { stallMs = STALL_MS } = {}): void {
  const environment = app.get<Environment>(ENVIRONMENT);
  limitServer(app.getHttpServer(), httpLimits(environment));
  app.setGlobalPrefix(BASE);
  app.disable('x-powered-by');
  app.set('etag', false);
  app.set('trust proxy', environment.TRUST_PROXY);
  const isProxy = app.getHttpAdapter().getInstance().get('trust proxy fn') as TrustsProxy;
  limitAddresses(app.getHttpServer(), environment.MAX_CONNECTIONS_PER_ADDRESS, (address) =>
    isProxy(address, 0),
  );
  setUpMiddleware(app, environment);
  const traffic = app.get(Traffic);
  const adapter = app.getHttpAdapter();
  if (adapter instanceof JsonAdapter) adapter.traffic = traffic;
  app.useGlobalGuards(new BodyGuard(app.get(Reflector), traffic, stallMs));
  app.useGlobalPipes(new RequestValidationPipe());
  app.useGlobalFilters(new ProblemFilter());
  // As the first process of a container it is not ended by a signal that it sends to itself; and an exit is what the
  // last lines of the log wait for.
  app.enableShutdownHooks([], { useProcessExit: true });
  setUpDocs(app, BASE);
}

function httpLimits({ REQUEST_TIMEOUT, MAX_CONNECTIONS }: Environment): HttpLimits {
  return { requestTimeoutMs: ms(REQUEST_TIMEOUT as StringValue), mostConnections: MAX_CONNECTIONS };
}

/** Two handlers instead of one where browsers may call: what refuses comes after what lets a browser read the refusal. */
function setUpMiddleware(
  app: NestExpressApplication,
  { CORS_ORIGINS, RATE_LIMIT, LOG_LEVEL }: Environment,
): void {
  const first = [
    app.get(RequestMetrics).observe,
    app.get(ConnectionDrain).announce,
    assignRequestId,
    boundRestOfBody,
    logRequests(LOG_LEVEL, (path) => QUIET.test(path)),
    securityHeaders(({ path }) => PAGES.test(path)),
  ];
  const { authenticate } = app.get(Authenticator);
  const last = [limitRate(RATE_LIMIT, clientOf), refuseOutside(BASE)];
  if (CORS_ORIGINS.length === 0) {
    app.use(requestSteps([...first, validateHeaders], authenticate, last));
    return;
  }
  app.use(requestSteps(first));
  app.enableCors({ origin: CORS_ORIGINS, exposedHeaders: EXPOSED_HEADERS, maxAge: PREFLIGHT_SECONDS });
  app.use(requestSteps([validateHeaders], authenticate, last));
}

/** Health does not count: it is asked all day by machines. */
function clientOf(request: Request): string | undefined {
  return HEALTH.test(request.path) ? undefined : nameOfClient(request);
}
