import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestExpressApplication } from '@nestjs/platform-express';
import request, { type Test } from 'supertest';
import { configureApp, createApp } from '../../src/app.setup.js';
import { AuthService, Password } from '../../src/auth/index.js';
import { readEnvironment } from '../../src/config/index.js';
import { describeApi } from '../../src/http/docs/index.js';
import { makeUnusable, storeOf, type Store } from './engine.js';
import { AnswerChecker } from './openapi.js';
import { RecordedLog } from './recorded-log.js';

export const PASSWORD = 'correct horse battery staple';
export const SECRET = 'a secret of the tests, which is long enough for HS256';

/** The whole service on a real port and a real, temporary database that our migrations made. */
export interface TestService {
  readonly app: NestExpressApplication;
  readonly folder: string;
  /** The database file; in PostgreSQL only its name. */
  readonly file: string;
  /** The memory as other programs see it. */
  readonly store: Store;
  readonly url: string;
  readonly token: string;
  /** What the service logged: message, stack and members of each line. */
  readonly log: string[];
  /** The same as it was written. No secret of the service, and none that it issues, may be in it when it stops. */
  readonly recorded: RecordedLog;
  /**
   * A request below `/api` with a valid token. Its answer is held against the OpenAPI document:
   * the request rejects where they differ.
   */
  call(method: 'get' | 'post' | 'put' | 'delete', path: string): Test;
  /** The same without a token. */
  callAnonymously(method: 'get' | 'post' | 'put' | 'delete', path: string): Test;
  /** Stops the service; its memory stays, so that another can be started on the same folder. */
  stop(): Promise<void>;
  /** Stops the service and removes its folder and its database. */
  destroy(): Promise<void>;
}

interface Options {
  /** A folder of an earlier service, or one with a prepared `jarvis.db`. */
  readonly folder?: string;
  readonly environment?: Record<string, string | undefined>;
  /** How long a body may stand still; the usual time where it is not given. */
  readonly stallMs?: number;
}

export async function temporaryFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'jarvis-memory-test-'));
}

/** A service whose memory is something that the service did not make, so that it is down. */
export async function startUnusable(environment: Options['environment'] = {}): Promise<TestService> {
  const folder = await temporaryFolder();
  await makeUnusable(folder);
  return startService({ folder, environment });
}

/** Made once for all services of a test file: their documents are the same. */
let checker: AnswerChecker | undefined;

export async function startService({
  folder,
  environment = {},
  stallMs,
}: Options = {}): Promise<TestService> {
  const home = folder ?? (await temporaryFolder());
  const file = join(home, 'jarvis.db');
  const store = await storeOf(file);
  const settings = readEnvironment({
    ...store.environment,
    JARVIS_PASSWORD: PASSWORD,
    JWT_SECRET: SECRET,
    // Most tests need none, and each would write 32 MB.
    DISK_RESERVE: '0',
    RATE_LIMIT: '0',
    MAX_CONNECTIONS_PER_ADDRESS: '0',
    LOG_LEVEL: 'verbose',
    ...environment,
  });
  const recorded = new RecordedLog();
  recorded.protect(settings.JARVIS_PASSWORD, settings.JWT_SECRET, settings.JWT_SECRET_PREVIOUS);
  if (settings.DATABASE_URL) recorded.protect(new URL(settings.DATABASE_URL).password);
  const app = await createApp(settings, recorded.open(settings.LOG_LEVEL));
  configureApp(app, { stallMs });
  await app.listen(0, '127.0.0.1');
  await app.get(Password).persist();
  const url = await app.getUrl();
  const { token } = await app.get(AuthService).issueToken();
  recorded.protect(token);
  const known = (checker ??= new AnswerChecker(describeApi(app)));
  const callAnonymously: TestService['call'] = (method, path) =>
    checked(request(url)[method](`/api${path}`), known, recorded);
  const stop = async (): Promise<void> => {
    await app.close();
    recorded.expectNoSecret();
  };
  return {
    app,
    folder: home,
    file,
    store,
    url,
    token,
    log: recorded.texts,
    recorded,
    call: (method, path) => callAnonymously(method, path).set('Authorization', `Bearer ${token}`),
    callAnonymously,
    stop,
    destroy: async () => {
      await stop();
      await store.remove();
      await rm(home, { recursive: true, force: true });
    },
  };
}

function checked(test: Test, checker: AnswerChecker, recorded: RecordedLog): Test {
  return test.expect(({ status, headers, body, text }) => {
    // Of a file there is no text.
    recorded.inspect(status, String(text));
    const { method, url } = test as unknown as { method: string; url: string };
    const media = String((headers as Record<string, unknown>)['content-type'] ?? '');
    const answer: unknown = media.includes('problem+json')
      ? JSON.parse(text)
      : status === 204 || status === 304 || /^text\/plain|x-ndjson/.test(media)
        ? text
        : Buffer.isBuffer(body)
          ? body.toString('latin1')
          : body;
    const wrong = checker.mismatch(method, new URL(url).pathname, status, media, answer);
    if (wrong !== undefined) throw new Error(`Not as documented: ${wrong}`);
  });
}
