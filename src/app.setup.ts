import { NestFactory, Reflector } from '@nestjs/core';
import type { LoggerService } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { Request } from 'express';
import ms, { type StringValue } from 'ms';
import { AppModule } from './app.module.js';
import { Authenticator } from './auth/index.js';
import { isExplorerPath } from './explorer/index.js';
import { limitConnectionsPerAddress } from './http/adapter/address-limit.js';
import { BodyGuard, drainRestOfBody } from './http/body/index.js';
import { clientKeyOf } from './http/client-key.js';
import { ConnectionDrain } from './http/adapter/connection-drain.js';
import { limitServer, validateHeaders, serverOptions, type HttpLimits } from './http/adapter/http-limits.js';
import { JsonAdapter } from './http/adapter/json-adapter.js';
import { refuseOutside } from './http/middleware/outside-api.js';
import { ProblemFilter } from './http/problem.filter.js';
import { limitRate } from './http/middleware/rate-limit.js';
import { assignRequestId } from './http/middleware/request-id.js';
import { requestSteps } from './http/middleware/request-steps.js';
import { securityHeaders, type PageKind } from './http/middleware/security-headers.js';
import { Traffic } from './http/traffic/index.js';
import { SOCKET_PATH, SocketIoAdapter } from './live/socket/index.js';
import { RequestValidationPipe } from './validation/index.js';
import { ENVIRONMENT, type Environment } from './config/index.js';
import { setUpDocs } from './http/docs/index.js';
import { logRequests } from './operations/logging/index.js';
import { RequestMetrics } from './operations/metrics/index.js';

/** The path prefix of every route. */
const API_PREFIX = 'api';
/** A body of which nothing arrives for this long is refused with `request_timeout`. */
const BODY_STALL_TIMEOUT_MS = 10_000;

/** Paths that load balancers and scrapers poll; their requests are not logged, and health is not rate limited. */
const HEALTH_PATH = new RegExp(`^/${API_PREFIX}/health(?:/live)?/?$`, 'i');
const QUIET_PATH = new RegExp(`^/${API_PREFIX}/(?:health(?:/live)?|metrics)/?$`, 'i');
const DOCS_PATH = new RegExp(`^/${API_PREFIX}/(?:docs(?:/.*)?|openapi\\.json)$`, 'i');

/** How long a browser may cache the answer to a CORS preflight. */
const PREFLIGHT_MAX_AGE_SECONDS = 600;
const EXPOSED_HEADERS = ['ETag', 'Location', 'RateLimit-Reset', 'Retry-After', 'X-Request-Id'];

/** The compiled `trust proxy` setting of Express: whether the address at this distance (in proxies) is trusted. */
type TrustsProxy = (address: string, index: number) => boolean;

/**
 * Creates the application, not yet configured. The service, the demonstration and every test use this function.
 * @throws Error where a module cannot be created.
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
 * Configures HTTP for the service, the demonstration and every test. The body guard is a global guard, so that it
 * runs after the access guard, which a module registers and Nest runs first.
 */
export function configureApp(app: NestExpressApplication, { stallMs = BODY_STALL_TIMEOUT_MS } = {}): void {
  const environment = app.get<Environment>(ENVIRONMENT);
  limitServer(app.getHttpServer(), httpLimits(environment));
  app.setGlobalPrefix(API_PREFIX);
  app.disable('x-powered-by');
  app.set('etag', false);
  app.set('trust proxy', environment.TRUST_PROXY);
  const isProxy = app.getHttpAdapter().getInstance().get('trust proxy fn') as TrustsProxy;
  limitConnectionsPerAddress(app.getHttpServer(), environment.MAX_CONNECTIONS_PER_ADDRESS, (address) =>
    isProxy(address, 0),
  );
  setUpMiddleware(app, environment);
  if (environment.SOCKET_IO) app.useWebSocketAdapter(new SocketIoAdapter());
  const traffic = app.get(Traffic);
  const adapter = app.getHttpAdapter();
  if (adapter instanceof JsonAdapter) adapter.traffic = traffic;
  app.useGlobalGuards(new BodyGuard(app.get(Reflector), traffic, stallMs));
  app.useGlobalPipes(new RequestValidationPipe());
  app.useGlobalFilters(new ProblemFilter());
  // As process 1 of a container, the service is not ended by a signal that it sends to itself; and the last log lines
  // are flushed on exit.
  app.enableShutdownHooks([], { useProcessExit: true });
  setUpDocs(app, API_PREFIX);
}

function httpLimits({ REQUEST_TIMEOUT, MAX_CONNECTIONS }: Environment): HttpLimits {
  return { requestTimeoutMs: ms(REQUEST_TIMEOUT as StringValue), maxConnections: MAX_CONNECTIONS };
}

/**
 * With CORS there are two handlers: what refuses requests runs after the CORS middleware, so that the browser may
 * read the refusal.
 */
function setUpMiddleware(app: NestExpressApplication, environment: Environment): void {
  const { CORS_ORIGINS, RATE_LIMIT, LOG_LEVEL } = environment;
  const before = [
    app.get(RequestMetrics).observe,
    app.get(ConnectionDrain).announce,
    assignRequestId,
    drainRestOfBody,
    logRequests(LOG_LEVEL, (path) => QUIET_PATH.test(path)),
    securityHeaders(pageOf(environment)),
  ];
  const { authenticate } = app.get(Authenticator);
  const after = [limitRate(RATE_LIMIT, rateLimitKey), refuseOutside(API_PREFIX, servedOutside(environment))];
  if (CORS_ORIGINS.length === 0) {
    app.use(requestSteps([...before, validateHeaders], authenticate, after));
    return;
  }
  app.use(requestSteps(before));
  app.enableCors({
    origin: CORS_ORIGINS,
    exposedHeaders: EXPOSED_HEADERS,
    maxAge: PREFLIGHT_MAX_AGE_SECONDS,
  });
  app.use(requestSteps([validateHeaders], authenticate, after));
}

function pageOf({ EXPLORER }: Environment): (request: Request) => PageKind | undefined {
  return ({ path }) => {
    if (DOCS_PATH.test(path)) return 'docs';
    return EXPLORER && isExplorerPath(path.toLowerCase()) ? 'explorer' : undefined;
  };
}

/** What is served beside the API. */
function servedOutside({ SOCKET_IO, EXPLORER }: Environment): (path: string) => boolean {
  return (path) =>
    (SOCKET_IO && (path === SOCKET_PATH || path === `${SOCKET_PATH}/`)) || (EXPLORER && isExplorerPath(path));
}

/** The key by which a request is rate limited; health checks are exempt, because load balancers poll them. */
function rateLimitKey(request: Request): string | undefined {
  return HEALTH_PATH.test(request.path) ? undefined : clientKeyOf(request);
}
