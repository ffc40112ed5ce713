import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { EventsTextService } from '../src/events/events.service.js';
import { Database } from '../src/database/index.js';
import { anEvent } from './factories/index.js';
import { rawRequest } from './factories/http.js';
import { RawSocket } from './factories/raw-socket.js';
import { freePort } from '../scripts/free-port.mjs';
import { startBuilt, type BuiltProgram } from './support/built.js';
import { isOnPostgres } from './support/engine.js';
import { startService, startUnusable, temporaryFolder, type TestService } from './support/service.js';

interface Line {
  level: string;
  time: string;
  msg: string;
  context?: string;
  [name: string]: unknown;
}

const parse = (text: string): Line => JSON.parse(text) as Line;

describe('A request', () => {
  let service: TestService;
  let linesBefore: number;

  beforeAll(async () => {
    service = await startService();
  });
  beforeEach(() => {
    linesBefore = service.recorded.lines.length;
  });
  afterAll(() => service.destroy());

  /** What this test has made the service log. */
  const logged = (): string[] => service.recorded.lines.slice(linesBefore);

  /** The lines of requests, once there is one: it is written after the answer. */
  async function requestLines(): Promise<Line[]> {
    for (;;) {
      const lines = logged()
        .map(parse)
        .filter(({ context }) => context === 'Request');
      if (lines.length > 0) return lines;
      await new Promise((later) => setTimeout(later, 5));
    }
  }

  it('is one line: who, what, how it ended, how long it took, how large the answer was', async () => {
    const { text, headers } = await service
      .call('post', '/memory/events')
      .set('X-Request-Id', 'find-me')
      .send(anEvent({ summary: 'a summary that nobody should find' }))
      .expect(201);
    expect(headers['x-request-id']).toBe('find-me');
    const lines = await requestLines();
    expect(lines).toEqual([
      {
        level: 'info',
        time: expect.any(String),
        context: 'Request',
        msg: 'request',
        requestId: 'find-me',
        method: 'POST',
        path: '/api/memory/events',
        status: 201,
        durationMs: expect.any(Number),
        bytes: Buffer.byteLength(text),
        client: 'owner',
        address: '127.0.0.1',
      },
    ]);
    expect(lines[0]!['durationMs']).toBeGreaterThan(0);
  });

  it('is told without the values of its query', async () => {
    await service.call('get', '/memory/events?node=secret-node&type=alert&limit=3').expect(200);
    const [line] = await requestLines();
    expect(line).toMatchObject({ path: '/api/memory/events', query: ['node', 'type', 'limit'] });
    expect(JSON.stringify(line)).not.toMatch(/secret-node|alert/);
  });

  it.each([
    ['a token for a name in the query', `/memory/events?eyJhbGciOi.${'x'.repeat(60)}.y`],
    ['a token in the path', `/memory/events/eyJhbGciOiJIUzI1NiJ9.${'x'.repeat(60)}.y`],
    ['an API key in the path', `/memory/preferences/jm_${'x'.repeat(43)}`],
  ])('hides %s', async (_, path) => {
    await rawRequest(service.url, { path: `/api${path}` });
    await requestLines();
    expect(logged().join('')).not.toContain('xxxxx');
  });

  it('from nobody has no client', async () => {
    await service.callAnonymously('get', '/memory/events').expect(401);
    const [line] = await requestLines();
    expect(line).toMatchObject({ level: 'info', status: 401 });
    expect(line).not.toHaveProperty('client');
  });

  it.each(['/health', '/health/live'])('of a health check (%s) is told only who debugs', async (path) => {
    await service.callAnonymously('get', path).expect(200);
    expect(await requestLines()).toMatchObject([{ level: 'debug', path: `/api${path}` }]);
  });

  it('that no route takes is told as well', async () => {
    await rawRequest(service.url, { path: '/nothing/here' });
    expect(await requestLines()).toMatchObject([{ path: '/nothing/here', status: 404 }]);
  });

  it('that is cut off by its client is told so', async () => {
    const socket = await RawSocket.open(service.url);
    socket.send(
      `POST /api/memory/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${service.token}\r\n` +
        'Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{',
    );
    await new Promise((sent) => setTimeout(sent, 50));
    socket.close();
    const [line] = await requestLines();
    expect(line).toMatchObject({ level: 'info', cutOff: true, address: '127.0.0.1' });
  });

  it('with a path that would write on a terminal does not', async () => {
    const socket = await RawSocket.open(service.url);
    socket.send(
      Buffer.from('GET /api/\u009b2J\u00e9 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', 'latin1'),
    );
    await socket.closed;
    expect(logged().join('')).not.toMatch(/[\u007f-\u009f]/);
  });

  it('that fails inside is an error with its stack and the same id', async () => {
    const bug = jest
      .spyOn(service.app.get(EventsTextService), 'getEvent')
      .mockRejectedValue(new TypeError('a bug'));
    try {
      await service.call('get', '/memory/events/1').set('X-Request-Id', 'bug-1').expect(500);
    } finally {
      bug.mockRestore();
    }
    const [line] = await requestLines();
    expect(line).toMatchObject({ level: 'error', status: 500, requestId: 'bug-1' });
    const [problem] = logged()
      .map(parse)
      .filter(({ context }) => context === 'Problem');
    expect(problem!.msg).toMatch(/internal_error: a bug .*bug-1/);
    expect(problem).toMatchObject({
      level: 'error',
      err: { stack: expect.stringContaining('TypeError: a bug') },
    });
  });

  it('that finds the service unable is a warning', async () => {
    const broken = await startUnusable();
    await broken.call('get', '/memory/events').expect(503);
    await broken.destroy();
    const lines = broken.recorded.lines.map(parse).filter(({ context }) => context === 'Request');
    expect(lines).toMatchObject([{ level: 'warn', status: 503 }]);
  });
});

describe('A query', () => {
  let service: TestService | undefined;
  afterEach(() => service?.destroy());

  const SLOW_LINE = /^A query took \d+ ms: WITH RECURSIVE/;
  const SLOW =
    'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300000) SELECT count(*), ' +
    (isOnPostgres ? '$1::text' : '?') +
    ' FROM n';

  it('that takes longer than SLOW_QUERY_MS is a warning with its text and without its values', async () => {
    service = await startService({ environment: { SLOW_QUERY_MS: '1' } });
    await service.app.get(Database).reader.query(SLOW, ['said in confidence']);
    const slow = service.recorded.lines.map(parse).filter(({ msg }) => SLOW_LINE.test(msg));
    expect(slow).toEqual([expect.objectContaining({ level: 'warn', context: 'Database' })]);
    expect(service.recorded.lines.join('')).not.toContain('said in confidence');
  });

  it('is watched on the connection that writes as well', async () => {
    service = await startService({ environment: { SLOW_QUERY_MS: '1' } });
    await service.app.get(Database).write((manager) => manager.query(SLOW, ['x']));
    expect(service.log.filter((line) => SLOW_LINE.test(line))).toHaveLength(1);
  });

  it('takes as long as it likes where SLOW_QUERY_MS is 0', async () => {
    service = await startService({ environment: { SLOW_QUERY_MS: '0' } });
    await service.app.get(Database).reader.query(SLOW, ['x']);
    expect(service.log.join('\n')).not.toContain('A query took');
  });
});

describe('The log of the built program', () => {
  let folder: string;
  let program: BuiltProgram;

  beforeEach(async () => {
    folder = await temporaryFolder();
  });
  afterEach(async () => {
    await program.end('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  });

  const linesOf = (output: string): Line[] =>
    output
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map(parse);

  it('is JSON on standard output, the greeting beside it on standard error', async () => {
    program = await startBuilt({ DB_PATH: join(folder, 'jarvis.db') });
    await fetch(`${program.url}/api/nothing`, { headers: { 'X-Request-Id': 'one' } });
    const { code, signal } = await program.end('SIGTERM');
    expect([code, signal]).toEqual([0, null]);
    const lines = program.standardOutput().trim().split('\n');
    for (const line of lines)
      expect(parse(line)).toMatchObject({ level: expect.any(String), msg: expect.any(String) });
    expect(lines.map(parse).filter(({ context }) => context === 'Request')).toMatchObject([
      { requestId: 'one', status: 404 },
    ]);
    expect(program.standardOutput()).not.toContain('Password:');
    expect(program.output()).toMatch(/Password: +\S{24} /);
  });

  it('has every request that was answered when the program is asked to stop', async () => {
    program = await startBuilt({ DB_PATH: join(folder, 'jarvis.db') });
    const ids = Array.from({ length: 200 }, (_, index) => `stop-${index}`);
    await Promise.all(
      ids.map((id) => fetch(`${program.url}/api/problems/not_found`, { headers: { 'X-Request-Id': id } })),
    );
    await program.end('SIGTERM');
    const logged = linesOf(program.standardOutput()).map(({ requestId }) => requestId);
    expect(ids.filter((id) => !logged.includes(id))).toEqual([]);
  });

  it('has the last words of a program that crashes, which then ends with 1', async () => {
    const bomb = join(process.cwd(), 'test/support/crash.mjs');
    program = await startBuilt({ DB_PATH: join(folder, 'jarvis.db'), NODE_OPTIONS: `--import=${bomb}` });
    await fetch(`${program.url}/api/problems/not_found`, { headers: { 'X-Request-Id': 'before' } });
    const { code } = await program.end('SIGWINCH');
    expect(code).toBe(1);
    const lines = linesOf(program.standardOutput());
    expect(lines.map(({ requestId }) => requestId)).toContain('before');
    // Lines that were on their way may come after it.
    expect(lines.filter(({ level }) => level === 'fatal')).toMatchObject([
      { msg: 'thrown where nobody catches it', err: { stack: expect.stringContaining('crash.mjs') } },
    ]);
  });
});

describe('The log on a terminal', () => {
  let folder: string;
  let child: ChildProcess | undefined;
  afterEach(async () => {
    child?.kill('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  });

  it('is for people, the greeting included', async () => {
    folder = await temporaryFolder();
    const port = String(await freePort());
    const environment = { PORT: port, DB_PATH: join(folder, 'jarvis.db'), LOG_LEVEL: 'debug', TERM: 'xterm' };
    // `script` gives the program a terminal; it is part of every Debian.
    child = spawn('script', ['-qefc', `${process.execPath} dist/src/main.js`, '/dev/null'], {
      env: { PATH: process.env['PATH'], ...environment },
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    const ended = once(child, 'exit');
    let output = '';
    child.stdout?.on('data', (chunk) => (output += String(chunk)));
    const until = async (pattern: RegExp): Promise<void> => {
      while (!pattern.test(output) && child?.exitCode === null) {
        await new Promise((later) => setTimeout(later, 20));
      }
    };
    await until(/Swagger UI/);
    await fetch(`http://127.0.0.1:${port}/api/health/live`, { headers: { 'X-Request-Id': 'seen' } });
    await until(/seen/);
    child.stdin?.write('\x03');
    await ended;
    // eslint-disable-next-line no-control-regex -- colours.
    const text = output.replace(/\u001b\[\d+m/g, '');
    expect(text).toMatch(/GET \/api\/health\/live 200 [\d.]+ ms seen\r?\n/);
    expect(text).toMatch(/Password: +\S{24} /);
    expect(text).not.toContain('{"level"');
  });
});
