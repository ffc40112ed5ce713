import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Test } from '@nestjs/testing';
import { AppModule } from '../src/app.module.js';
import { configureApp } from '../src/app.setup.js';
import { readEnvironment } from '../src/config/index.js';
import { PageFiles } from '../src/explorer/index.js';
import { JsonAdapter } from '../src/http/adapter/json-adapter.js';
import { rawRequest, type RawAnswer } from './factories/http.js';
import { PAGE_POLICY } from './factories/page-policy.js';
import { expectProblem } from './factories/problem.js';
import { RecordedLog } from './support/recorded-log.js';
import { startService, temporaryFolder, type TestService } from './support/service.js';

const PAGE = '<!doctype html><title>The explorer</title>';
const SCRIPT = `console.log(${JSON.stringify('x'.repeat(2000))});`;
const STYLE = 'body { margin: 0 }';

/** What a build leaves, in small. */
const FILES: Readonly<Record<string, string | Buffer>> = {
  'index.html': PAGE,
  'icon.svg': '<svg xmlns="http://www.w3.org/2000/svg"/>',
  'assets/index-B2x9.js': SCRIPT,
  'assets/index-B2x9.js.br': brotliCompressSync(SCRIPT),
  'assets/index-B2x9.js.gz': gzipSync(SCRIPT),
  'assets/index-B2x9.js.map': '{}',
  'assets/style-C7.css': STYLE,
  'assets/style-C7.css.gz': gzipSync(STYLE),
};

interface Explorer {
  readonly url: string;
  readonly log: RecordedLog;
  readonly stop: () => Promise<void>;
}

/** The service with the explorer of a folder. */
async function serve(folder: string, variables: Record<string, string> = {}): Promise<Explorer> {
  const home = await temporaryFolder();
  const environment = readEnvironment({
    DB_PATH: join(home, 'jarvis.db'),
    DISK_RESERVE: '0',
    LOG_LEVEL: 'verbose',
    ...variables,
  });
  const log = new RecordedLog();
  const module = await Test.createTestingModule({ imports: [AppModule.forRoot(environment)] })
    .overrideProvider(PageFiles)
    .useValue(new PageFiles(folder))
    .compile();
  const app = module.createNestApplication<NestExpressApplication>(new JsonAdapter(), {
    bodyParser: false,
    logger: log.open('verbose'),
  });
  configureApp(app);
  await app.listen(0, '127.0.0.1');
  const stop = async (): Promise<void> => {
    await app.close();
    await rm(home, { recursive: true });
  };
  return { url: await app.getUrl(), log, stop };
}

async function builtIn(folder: string): Promise<string> {
  for (const [name, content] of Object.entries(FILES)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  }
  return folder;
}

describe('The files of the explorer', () => {
  let folder: string;
  let explorer: Explorer;
  beforeAll(async () => {
    folder = await builtIn(await temporaryFolder());
    explorer = await serve(folder);
  });
  afterAll(async () => {
    await explorer.stop();
    await rm(folder, { recursive: true });
  });

  const get = (path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<RawAnswer> =>
    rawRequest(explorer.url, { path, headers, method });

  it.each(['/', '/?a=1', '/ui', '/UI'])(
    'begin below /ui/, to which %s leads, below any path of a proxy',
    async (path) => {
      const { status, headers } = await get(path);
      expect([status, headers.location]).toEqual([302, 'ui/']);
    },
  );

  it.each([
    '/ui/',
    '/ui/now',
    '/ui/events?id=12&severity=error',
    '/ui/time-machine',
    '/ui/%6eow',
    '/UI/now',
    '/ui/index.html',
  ])('are the same page at each address: %s, to be asked about each time', async (path) => {
    const { status, headers, text } = await get(path);
    expect([status, text]).toEqual([200, PAGE]);
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-cache',
    });
    const again = await get(path, { 'If-None-Match': String(headers.etag) });
    expect([again.status, again.text]).toEqual([304, '']);
    expect(again.headers).toMatchObject({ 'cache-control': 'no-cache', etag: headers.etag });
  });

  it('are never asked about again where their name says what is in them', async () => {
    for (const path of ['/ui/assets/index-B2x9.js', '/ui/assets/style-C7.css']) {
      const { status, headers } = await get(path);
      expect(status).toBe(200);
      expect(headers['cache-control']).toBe('public, max-age=31536000, immutable');
    }
    expect((await get('/ui/icon.svg')).headers).toMatchObject({
      'content-type': 'image/svg+xml',
      'cache-control': 'no-cache',
    });
  });

  it.each([
    ['gzip, deflate, br, zstd', 'br'],
    ['gzip, deflate', 'gzip'],
    ['br;q=0, *', 'gzip'],
    ['deflate', undefined],
    [undefined, undefined],
  ])('come as the build has compressed them, for who accepts %s: %s', async (accepted, encoding) => {
    const answer = await fetchBytes(explorer.url, '/ui/assets/index-B2x9.js', accepted);
    expect(answer.headers.get('content-encoding')).toBe(encoding ?? null);
    expect(answer.headers.get('vary')).toBe('Accept-Encoding');
    expect(answer.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    const plain = { br: brotliDecompressSync, gzip: gunzipSync, none: (bytes: Buffer): Buffer => bytes };
    expect(plain[(encoding ?? 'none') as keyof typeof plain](answer.bytes).toString()).toBe(SCRIPT);
  });

  it('have a tag for each form in which they are sent', async () => {
    const tags = new Set<unknown>();
    for (const accepted of ['br', 'gzip', 'identity']) {
      const { headers } = await get('/ui/assets/index-B2x9.js', { 'Accept-Encoding': accepted });
      tags.add(headers.etag);
    }
    expect(tags.size).toBe(3);
  });

  it('are sent whole: HEAD says the same without them, and who asks for a part gets all', async () => {
    const path = '/ui/assets/index-B2x9.js';
    const whole = await get(path);
    const head = await get(path, {}, 'HEAD');
    expect([head.status, head.text, head.headers['content-length']]).toEqual([
      200,
      '',
      String(SCRIPT.length),
    ]);
    expect({ ...head.headers, date: 0, 'x-request-id': 0 }).toEqual({
      ...whole.headers,
      date: 0,
      'x-request-id': 0,
    });
    for (const range of [
      'bytes=0-3',
      'bytes=-5',
      'bytes=5-2',
      'bytes=99999-',
      'bytes=0-1,4-5',
      'lines=1-2',
    ]) {
      const { status, text } = await get(path, { Range: range });
      expect([range, status, text]).toEqual([range, 200, SCRIPT]);
    }
  });

  it('may run their own scripts and no other, and are framed by nobody', async () => {
    for (const path of ['/', '/ui/', '/ui/now', '/ui/assets/index-B2x9.js', '/ui/none.js']) {
      const { headers } = await get(path);
      expect(String(headers['content-security-policy']).split(';')).toEqual(PAGE_POLICY);
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cross-origin-resource-policy': 'same-origin',
      });
      for (const name of ['cross-origin-opener-policy', 'strict-transport-security', 'x-powered-by']) {
        expect(headers[name]).toBeUndefined();
      }
    }
  });

  it.each([
    '/ui/none.js',
    '/ui/assets/none-B2.js',
    '/ui/assets/index-B2x9.js.map',
    '/ui/assets/index-B2x9.js.br',
    '/ui/assets/',
    '/ui/events/12',
    '/ui/now/',
    '/ui//',
    '/ui/..',
    '/ui/../package.json',
    '/ui/%2e%2e%2fpackage.json',
    '/ui/..%2f..%2f..%2fetc%2fpasswd',
    '/ui/..\\package.json',
    '/ui/__proto__/constructor',
    '/ui/.env',
    '/uix',
    '/index.html',
    '/favicon.ico',
    '/robots.txt',
    '/.well-known/security.txt',
    '/now',
    '/assets/index-B2x9.js',
  ])('are no others: %s', async (path) => {
    const { status, headers, body } = await get(path);
    expect([status, headers['cache-control']]).toEqual([404, 'no-store']);
    expectProblem(body, 'not_found');
  });

  it('are read, and nothing else', async () => {
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH']) {
      for (const path of ['/', '/ui', '/ui/', '/ui/now', '/ui/icon.svg']) {
        expectProblem((await get(path, {}, method)).body, 'not_found');
      }
    }
  });

  it('that cannot be decoded are a mistake of who asks', async () => {
    const { status, body } = await get('/ui/%E0%A4%A');
    expect(status).toBe(400);
    expectProblem(body, 'malformed_request');
  });

  it('belong together, also where the folder is built anew meanwhile', async () => {
    const other = await builtIn(await temporaryFolder());
    const rebuilt = await serve(other);
    await rm(other, { recursive: true });
    for (const [path, text] of [
      ['/ui/', PAGE],
      ['/ui/assets/index-B2x9.js', SCRIPT],
    ] as const) {
      expect((await rawRequest(rebuilt.url, { path })).text).toBe(text);
    }
    await rebuilt.stop();
  });

  it('are logged and counted as all that is asked for', async () => {
    const limited = await serve(folder, { RATE_LIMIT: '3' });
    const ask = (): Promise<RawAnswer> => rawRequest(limited.url, { path: '/ui/now' });
    for (let count = 0; count < 3; count++) expect((await ask()).status).toBe(200);
    expectProblem((await ask()).body, 'too_many_requests');
    await limited.stop();
    const lines = limited.log.texts.filter((line) => line.includes('"path":"/ui/now"'));
    expect(lines).toHaveLength(4);
    expect(lines[0]).toMatch(/^request .*"status":200/);
  });
});

async function fetchBytes(
  url: string,
  path: string,
  accepted?: string,
): Promise<{ headers: Headers; bytes: Buffer }> {
  const { request } = await import('node:http');
  return new Promise((resolve, reject) => {
    const headers = accepted === undefined ? {} : { 'Accept-Encoding': accepted };
    const sent = request(url + path, { headers }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', () => {
        resolve({
          headers: new Headers(answer.headers as Record<string, string>),
          bytes: Buffer.concat(chunks),
        });
      });
    });
    sent.on('error', reject).end();
  });
}

describe('A build without the explorer', () => {
  it('says so at the start and wherever the explorer would be, and serves all else', async () => {
    const { url, log, stop } = await serve(join(await temporaryFolder(), 'none'));
    expect(log.texts.filter((line) => line.includes('not part of this build'))).toHaveLength(1);
    for (const path of ['/ui/', '/ui/now', '/ui/assets/index-B2x9.js']) {
      const { body } = await rawRequest(url, { path });
      expectProblem(body, 'not_found');
      expect((body as { detail: string }).detail).toMatch(/`npm run build` makes it/);
    }
    expect((await rawRequest(url, { path: '/api/health' })).status).toBe(200);
    await stop();
  });
});

describe('EXPLORER=false', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startService({ environment: { EXPLORER: 'false' } });
  });
  afterAll(() => service.destroy());

  it.each(['/', '/ui', '/ui/', '/ui/now', '/ui/index.html'])('leaves nothing at %s', async (path) => {
    const { status, headers, body } = await rawRequest(service.url, { path });
    expect(status).toBe(404);
    expectProblem(body, 'not_found');
    expect(headers['content-security-policy']).toBe("default-src 'none'; frame-ancestors 'none'");
  });

  it('leaves the sessions of browsers as they are', async () => {
    const { status } = await rawRequest(service.url, { path: '/api/auth/session' });
    expect(status).toBe(401);
  });
});
