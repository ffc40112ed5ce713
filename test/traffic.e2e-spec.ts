import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { TrafficBudget } from '../src/http/traffic/index.js';
import { anEvent } from './factories/index.js';
import { aKey } from './factories/keys.js';
import { rawRequest } from './factories/http.js';
import { expectProblem } from './factories/problem.js';
import { lastAnswer, RawSocket } from './factories/raw-socket.js';
import { startService, type TestService } from './support/service.js';

const MB = 1_048_576;
const sockets: RawSocket[] = [];
let service: TestService;
let budget: TrafficBudget;
let keys: Record<'reader' | 'writer' | 'ingest', string>;

async function makeKeys(): Promise<typeof keys> {
  const [reader, writer, ingest] = [
    await aKey(service, 'reader'),
    await aKey(service, 'writer'),
    await aKey(service, 'ingest'),
  ];
  return { reader: reader.secret, writer: writer.secret, ingest: ingest.secret };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(5);
}

async function open(): Promise<RawSocket> {
  const socket = await RawSocket.open(service.url);
  sockets.push(socket);
  return socket;
}

function head(method: string, path: string, key: string, ...more: string[]): string {
  const lines = [`${method} /api${path} HTTP/1.1`, 'Host: jarvis', `X-API-Key: ${key}`];
  return [...lines, 'Content-Type: application/json', ...more, '', ''].join('\r\n');
}

const headers = (key: string): Record<string, string> => ({
  'X-API-Key': key,
  'Content-Type': 'application/json',
});

const post = (path: string, key: string, bytes: number): string =>
  head('POST', path, key, `Content-Length: ${bytes}`);

const snapshotOf = (bytes: number): string => `{"snapshot":{"state":"${'x'.repeat(bytes - 26)}"}}`;

describe('Bodies', () => {
  beforeAll(async () => {
    service = await startService({ stallMs: 3000, environment: { TRAFFIC_BUDGET: '96MB' } });
    budget = service.app.get(TrafficBudget);
    keys = await makeKeys();
  });
  afterAll(() => service.destroy());
  beforeEach(async () => {
    for (const socket of sockets.splice(0)) socket.close();
    await until(() => budget.held === 0);
    expect(budget.clients).toBe(0);
  });

  it.each([
    ['reader', '/memory/snapshots', 403, 'forbidden'],
    ['ingest', '/memory/conversations', 403, 'forbidden'],
    ['writer', '/memory/nothing', 404, 'not_found'],
  ] as const)('of a %s for %s are not waited for: %s', async (role, path, status, code) => {
    const socket = await open();
    socket.send(`${post(path, keys[role], 16 * MB)}{"snapshot":`);
    await socket.until(/"requestId"/);
    const answer = lastAnswer(socket.received);
    expect(answer.status).toBe(status);
    expectProblem(answer.body, code);
    expect(budget.held).toBe(0);
  });

  it('that are refused do not keep their connection from being used once they have come', async () => {
    const socket = await open();
    socket.send(post('/memory/snapshots', keys.reader, 100_000));
    await socket.until(/"forbidden"/);
    socket.send('x'.repeat(100_000));
    socket.send('GET /api/health/live HTTP/1.1\r\nHost: jarvis\r\n\r\n');
    await socket.until(/"up"\}/);
    expect(socket.received).toMatch(/"up"\}/);
  });

  it('are asked for only where they are read, of whoever asks before sending', async () => {
    const refused = await open();
    refused.send(head('POST', '/memory/snapshots', keys.reader, 'Content-Length: 9', 'Expect: 100-continue'));
    await refused.closed;
    expect(refused.received).toMatch(/^HTTP\/1\.1 403 /);
    const text = JSON.stringify(anEvent());
    const taken = await open();
    taken.send(
      head('POST', '/memory/events', keys.writer, `Content-Length: ${text.length}`, 'Expect: 100-continue'),
    );
    await taken.until(/100 Continue\r\n\r\n/);
    taken.send(text);
    await taken.until(/HTTP\/1\.1 201 /);
    expect(taken.received).toMatch(/HTTP\/1\.1 201 /);
  });

  it.each([
    ['/memory/events/1/resolve', 65_536],
    ['/admin/backups', 65_536],
    ['/auth/keys', 65_536],
    ['/auth/password', 16_384],
  ])('for %s may have %i bytes and no more', async (path, limit) => {
    const send = (size: number) =>
      rawRequest(service.url, {
        method: 'POST',
        path: `/api${path}`,
        headers: { Authorization: `Bearer ${service.token}`, 'Content-Type': 'application/json' },
        body: Buffer.alloc(size, ' '),
      });
    expectProblem((await send(limit)).body, 'malformed_json');
    expectProblem((await send(limit + 1)).body, 'payload_too_large');
    const bomb = gzipSync(Buffer.alloc(limit + 1, ' '));
    const { body } = await rawRequest(service.url, {
      method: 'POST',
      path: `/api${path}`,
      headers: {
        Authorization: `Bearer ${service.token}`,
        'Content-Type': 'application/json',
        'Content-Encoding': 'gzip',
      },
      body: bomb,
    });
    expectProblem(body, 'payload_too_large');
  });

  it('count as they arrive, up to a quarter for one caller; small ones of others are taken all the same', async () => {
    const first = await open();
    first.send(`${post('/memory/snapshots', keys.writer, 16 * MB)}${'x'.repeat(15 * MB)}`);
    await until(() => budget.held === 15 * MB);
    const second = await open();
    second.send(`${post('/memory/snapshots', keys.writer, 16 * MB)}${'x'.repeat(10 * MB)}`);
    await second.until(/"traffic_full"/);
    expect(lastAnswer(second.received).headers).toMatch(/^Retry-After: \d+$/m);
    expect(lastAnswer(second.received).status).toBe(503);
    expect(budget.held).toBe(15 * MB);
    const other = await rawRequest(service.url, {
      method: 'POST',
      path: '/api/memory/events',
      headers: { 'X-API-Key': keys.ingest, 'Content-Type': 'application/json' },
      body: JSON.stringify(anEvent()),
    });
    expect(other.status).toBe(201);
  });

  it('of more than a megabyte are taken one after the other, be they refused, cut off or saved', async () => {
    const save = async (body: string): Promise<number> =>
      (
        await rawRequest(service.url, {
          method: 'POST',
          path: '/api/memory/events',
          headers: headers(keys.writer),
          body,
        })
      ).status;
    const large = JSON.stringify({ ...anEvent({ details: { text: 'x'.repeat(1_040_000) } }) }).padEnd(MB + 1);
    const tooLarge = JSON.stringify({ x: 'x'.repeat(1_200_000) });
    expect(await Promise.all([tooLarge, '{"x":'.padEnd(1_200_000), tooLarge].map(save))).toEqual([
      400, 400, 400,
    ]);
    const socket = await open();
    socket.send(
      `${head('POST', '/memory/events', keys.writer, `Content-Length: ${tooLarge.length}`)}${tooLarge}`,
    );
    socket.close();
    expect(large.length).toBeGreaterThan(MB);
    expect(await Promise.all([save(large), save(large)])).toEqual([201, 201]);
  });

  it('that stand still give their share back with 408, and their connection is closed', async () => {
    const socket = await open();
    socket.send(`${post('/memory/snapshots', keys.writer, MB)}${'x'.repeat(MB / 2)}`);
    await until(() => budget.held > 0);
    await socket.closed;
    const { status, headers, body } = lastAnswer(socket.received);
    expect(status).toBe(408);
    expect(headers).toMatch(/^Connection: close$/m);
    expectProblem(body, 'request_timeout');
  });

  it.each(['gzip', 'identity'])(
    'of 16 MB pass for one caller, and so does their answer: %s',
    async (encoding) => {
      const sent = Buffer.from(snapshotOf(16 * MB - 1000));
      const { status, text } = await rawRequest(service.url, {
        method: 'POST',
        path: '/api/memory/snapshots',
        headers: {
          'X-API-Key': keys.writer,
          'Content-Type': 'application/json',
          'Content-Encoding': encoding,
        },
        body: encoding === 'gzip' ? gzipSync(sent) : sent,
      });
      expect(status).toBe(201);
      expect(text.length).toBeGreaterThan(16 * MB - 1000);
      const latest = await rawRequest(service.url, {
        path: '/api/memory/snapshots/latest',
        headers: { 'X-API-Key': keys.reader },
      });
      expect(latest.text).toBe(text);
    },
  );

  it('give back what they held however they end', async () => {
    const whole = JSON.stringify(anEvent());
    const gzip = ['Content-Encoding: gzip', 'Transfer-Encoding: chunked'];
    const ends: Record<string, string> = {
      answered: `${post('/memory/events', keys.writer, whole.length)}${whole}`,
      'refused for what is in it': `${post('/memory/events', keys.writer, 9)}{"a":"b"}`,
      'no JSON': `${post('/memory/events', keys.writer, 9)}not JSON!`,
      'no gzip': `${head('POST', '/memory/events', keys.writer, ...gzip)}4\r\nnope\r\n0\r\n\r\n`,
      'broken chunks': `${head('POST', '/memory/events', keys.writer, 'Transfer-Encoding: chunked')}4\r\n{"a"\r\nzz\r\n`,
      'pipelined behind one that stands still':
        `${post('/memory/events', keys.writer, whole.length)}${whole}`.repeat(20),
    };
    for (const [end, bytes] of Object.entries(ends)) {
      for (const cut of [bytes.length, bytes.length - 3]) {
        const socket = await open();
        socket.send(bytes.slice(0, cut));
        if (cut === bytes.length) await socket.until(/HTTP\/1\.1 \d/);
        else await sleep(10);
        socket.close();
        await until(() => budget.held === 0);
        expect([end, budget.clients]).toEqual([end, 0]);
      }
    }
  });

  it('of one byte a chunk are put together as well', async () => {
    const text = JSON.stringify(anEvent({ summary: 'drop by drop' }));
    const socket = await open();
    socket.send(head('POST', '/memory/events', keys.writer, 'Transfer-Encoding: chunked'));
    for (const byte of text) socket.send(`1\r\n${byte}\r\n`);
    socket.send('0\r\n\r\n');
    await socket.until(/"drop by drop"/);
    expect(socket.received).toMatch(/^HTTP\/1\.1 201 /);
  });
});

describe('Answers that nobody takes', () => {
  beforeAll(async () => {
    service = await startService({ environment: { TRAFFIC_BUDGET: '96MB' } });
    budget = service.app.get(TrafficBudget);
    keys = await makeKeys();
    const sent = Buffer.from(snapshotOf(15 * MB));
    await rawRequest(service.url, {
      method: 'POST',
      path: '/api/memory/snapshots',
      headers: { 'X-API-Key': keys.writer, 'Content-Type': 'application/json' },
      body: sent,
    });
    await until(() => budget.held === 0);
  });
  afterAll(() => service.destroy());

  it('are held of the budget; one for which there is no room is a whole 503', async () => {
    const lazy = await open();
    lazy.pause();
    lazy.send(head('GET', '/memory/snapshots/latest', keys.reader));
    await until(() => budget.held > 14 * MB);
    const refused = await rawRequest(service.url, {
      path: '/api/memory/snapshots/latest',
      headers: { 'X-API-Key': keys.reader },
    });
    expect(refused.status).toBe(503);
    expectProblem(refused.body, 'traffic_full');
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect(refused.headers.etag).toBeUndefined();
    const other = await rawRequest(service.url, {
      path: '/api/memory/snapshots/latest',
      headers: { 'X-API-Key': keys.writer },
    });
    expect(other.status).toBe(200);
    const { text } = await rawRequest(service.url, {
      path: '/api/metrics',
      headers: { 'X-API-Key': keys.reader },
    });
    expect(Number(/^jarvis_memory_traffic_bytes (\d+)$/m.exec(text)?.[1])).toBeGreaterThan(14 * MB);
    lazy.close();
    await until(() => budget.held === 0);
    expect(budget.clients).toBe(0);
  });

  it('hold nothing any more once they were taken', async () => {
    const slow = await open();
    slow.pause();
    slow.send(head('GET', '/memory/snapshots/latest', keys.reader));
    await until(() => budget.held > 14 * MB);
    slow.resume();
    await until(() => budget.held === 0);
    slow.close();
  });
});
