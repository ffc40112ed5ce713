import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { aMessage, anEvent } from './factories/index.js';
import { rawRequest, type RawAnswer } from './factories/http.js';
import { RawSocket } from './factories/raw-socket.js';
import { isOnPostgres } from './support/engine.js';
import { startService, startUnusable, type TestService } from './support/service.js';

/** Each is found by its own name, wherever it turns up. */
const SECRETS = {
  password: 'leak-password correct horse',
  wrongPassword: 'leak-wrong battery staple',
  signingKey: 'leak-signing-key that is long enough for HS256',
  previousKey: 'leak-previous-key that is long enough for HS256',
  cookie: 'leak-cookie-value',
  basic: Buffer.from('owner:leak-basic-password').toString('base64'),
  forgedToken: 'eyJhbGciOiJub25lIn0.bGVhay1mb3JnZWQtdG9rZW4.bGVhay1zaWduYXR1cmU',
  summary: 'leak-summary of an event',
  details: 'leak-details of an event',
  content: 'leak-content of a message',
  toolArgument: 'leak-tool-argument',
  preference: 'leak-preference value',
  snapshot: 'leak-snapshot state',
  node: 'leak-node-in-query',
  queryToken: 'leak-token-in-query',
  cutBody: 'leak-cut-body',
  form: 'leak-form-body',
  unknownValue: 'leak-unknown-field-value',
} as const;

const JSON_TYPE = { 'Content-Type': 'application/json' };

/** What no error answer may tell of the inside. */
const INSIDE =
  /\bSELECT\b|\bINSERT\b|\bUPDATE\b|\bDELETE FROM\b|\bPRAGMA\b|SQLITE_|QueryFailed|better-sqlite3|postgres|typeorm|node_modules|\.[jt]s\b:\d|\bat .+:\d+:\d+/i;

/** Makes every INSERT of an event fail inside the engine. */
const FAULT = isOnPostgres
  ? [
      `CREATE FUNCTION no_more() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'the owner says no'; END $$`,
      'CREATE TRIGGER no_more BEFORE INSERT ON events FOR EACH ROW EXECUTE FUNCTION no_more()',
    ]
  : [`CREATE TRIGGER no_more BEFORE INSERT ON events BEGIN SELECT RAISE(ABORT, 'the owner says no'); END`];

describe('A broad session', () => {
  const errors: RawAnswer[] = [];
  let folder: string;
  let service: TestService;
  let broken: TestService;
  let log = '';

  async function send(
    target: TestService,
    method: string,
    path: string,
    {
      headers = {},
      body,
      anonymous = false,
    }: { headers?: Record<string, string>; body?: unknown; anonymous?: boolean } = {},
  ): Promise<RawAnswer> {
    const answer = await rawRequest(target.url, {
      method,
      path: `/api${path}`,
      headers: {
        Cookie: `session=${SECRETS.cookie}`,
        ...(body === undefined ? {} : JSON_TYPE),
        ...(anonymous ? {} : { Authorization: `Bearer ${target.token}` }),
        ...headers,
      },
      body: typeof body === 'string' || body === undefined ? body : JSON.stringify(body),
    });
    if (answer.status >= 400) errors.push(answer);
    return answer;
  }

  const event = anEvent({ summary: SECRETS.summary, details: { note: SECRETS.details } });
  const message = aMessage({ content: SECRETS.content, toolCalls: [{ argument: SECRETS.toolArgument }] });

  async function doWell(target: TestService): Promise<void> {
    await send(target, 'POST', '/auth/login', { anonymous: true, body: { password: SECRETS.password } });
    await send(target, 'POST', '/memory/events', { body: event });
    await send(target, 'POST', '/memory/events/batch', { body: { events: [event, event] } });
    await send(target, 'GET', `/memory/events?node=${SECRETS.node}&limit=5`);
    await send(target, 'POST', '/memory/conversations', { body: message });
    await send(target, 'GET', '/memory/conversations/chat-1');
    await send(target, 'POST', '/memory/snapshots', { body: { snapshot: { note: SECRETS.snapshot } } });
    await send(target, 'GET', '/memory/snapshots/latest');
    await send(target, 'PUT', '/memory/preferences/ui.theme', { body: { value: SECRETS.preference } });
    await send(target, 'GET', '/memory/preferences');
    await send(target, 'GET', '/health', { anonymous: true });
  }

  async function doBadly(target: TestService): Promise<void> {
    const wrong = { anonymous: true, body: { password: SECRETS.wrongPassword } };
    for (let count = 0; count < 7; count++) await send(target, 'POST', '/auth/login', wrong);
    await send(target, 'GET', '/memory/events', {
      headers: { Authorization: `Bearer ${SECRETS.forgedToken}` },
    });
    await send(target, 'GET', '/memory/events', { headers: { Authorization: `Basic ${SECRETS.basic}` } });
    await send(target, 'GET', '/memory/events', { headers: { 'X-API-Key': `jm_${'Leak'.repeat(11)}` } });
    await send(target, 'GET', `/memory/events?access_token=${SECRETS.queryToken}`, { anonymous: true });
    await send(target, 'GET', `/memory/events?token=${SECRETS.queryToken}`);
    await send(target, 'POST', '/memory/events', { body: { ...event, mystery: SECRETS.unknownValue } });
    await send(target, 'POST', '/memory/events', { body: { ...event, type: SECRETS.unknownValue } });
    await send(target, 'POST', '/memory/events', { body: `{"summary":"${SECRETS.cutBody}` });
    await send(target, 'POST', '/memory/events', {
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
      body: `summary=${SECRETS.form}`,
    });
    await send(target, 'POST', '/memory/events', { body: `"${SECRETS.cutBody.repeat(1_300_000)}"` });
    await send(target, 'GET', '/memory/events/987654321');
    await send(target, 'GET', `/nothing/here?token=${SECRETS.queryToken}`);
    await send(target, 'GET', '/docs/..%2f..%2fpackage.json', { anonymous: true });
    await send(target, 'GET', `/docs/${'x'.repeat(5000)}`, { anonymous: true });
    await send(target, 'GET', '/memory/events/%ZZ');
    const socket = await RawSocket.open(target.url);
    socket.send(`GET /api HTTP/1.1\r\nAuthorization Bearer ${SECRETS.forgedToken}\r\n\r\n`);
    await socket.closed;
  }

  beforeAll(async () => {
    const environment = {
      JARVIS_PASSWORD: SECRETS.password,
      JWT_SECRET: SECRETS.signingKey,
      JWT_SECRET_PREVIOUS: SECRETS.previousKey,
      // Every statement is slow by this bound, so that all of them are logged.
      SLOW_QUERY_MS: '1',
    };
    service = await startService({ environment });
    await doWell(service);
    await doBadly(service);
    // A fault below the service: the driver says what it thinks of it.
    for (const statement of FAULT) await service.store.run(statement);
    await send(service, 'POST', '/memory/events', { body: event });
    await service.stop();

    broken = await startUnusable(environment);
    folder = broken.folder;
    await doWell(broken);
    await broken.stop();
    log = [...service.recorded.lines, ...broken.recorded.lines].join('');
  });
  afterAll(async () => {
    await rm(service.folder, { recursive: true, force: true });
    await rm(folder, { recursive: true, force: true });
  });

  it('has provoked errors of every kind', () => {
    const statuses = [...new Set(errors.map(({ status }) => status))].sort();
    expect(statuses).toEqual(expect.arrayContaining([400, 401, 404, 413, 415, 429, 500, 503]));
  });

  it('is in the log, request by request', () => {
    expect(log.match(/"context":"Request"/g)!.length).toBeGreaterThanOrEqual(40);
    expect(log).toContain('"context":"Problem"');
    expect(log).toContain('the owner says no');
  });

  it.each([...Object.entries(SECRETS), ['apiKey', 'LeakLeak']])(
    'leaves nothing of %s in the log',
    (_, secret) => {
      expect(log).not.toContain(secret);
      expect(log).not.toContain(encodeURIComponent(secret));
    },
  );

  it('leaves no token in the log', () => {
    for (const { token } of [service, broken]) expect(log).not.toContain(token);
    expect(log).not.toMatch(/\beyJ[\w-]{10,}/);
  });

  it('leaves no secret in an error answer', () => {
    for (const { text } of errors) {
      for (const [name, secret] of Object.entries(SECRETS)) {
        expect([name, text.includes(secret)]).toEqual([name, false]);
      }
      expect(text).not.toContain(service.token);
    }
  });

  it('leaves no SQL, no stack, no library and no path in an error answer', () => {
    for (const { text, headers } of errors) {
      expect(text).not.toMatch(INSIDE);
      for (const path of [service.folder, folder, process.cwd()]) expect(text).not.toContain(path);
      expect(headers['content-type']).toMatch(/^application\/(?:problem\+)?json/);
    }
  });
});
