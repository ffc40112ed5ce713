import { EventEmitter, once } from 'node:events';
import { request as send, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Application, NextFunction, Request, Response } from 'express';
import request from 'supertest';
import { JsonAdapter } from './json-adapter.js';

type App = Application & Record<'request' | 'response', object>;

/** In its answer each character begins at an odd place, so that parts of an even length would cut one. */
const LARGE = '🚨'.repeat(1_000_000);

/** Node 24 makes objects of its own classes, and Express changes them, but for those of an upgrade. */
const isBeforeNode24 = Number.parseInt(process.versions.node) < 24;
const itBeforeNode24 = isBeforeNode24 ? it : it.skip;

let app: App;
let server: Server;
const met = new EventEmitter();

beforeEach(async () => {
  const adapter = new JsonAdapter({ maxHeaderSize: 4096 });
  adapter.initHttpServer();
  app = adapter.getInstance<App>();
  server = adapter.getHttpServer();
  app.set('trust proxy', 'loopback');
  addRoutes();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});

afterEach(async () => {
  jest.restoreAllMocks();
  met.removeAllListeners();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

function addRoutes(): void {
  app.get('/json', (asked: Request, response: Response) => {
    const { ip, protocol, query, fresh } = asked;
    response.set('X-Set', 'yes').json({ ip, protocol, query, fresh, host: asked.get('host') });
  });
  app.get('/large', (_: Request, response: Response) => {
    const write = jest.spyOn(response, 'write');
    response.once('close', () => met.emit('written', write.mock.calls.length));
    new JsonAdapter().reply(response, { text: LARGE }, 200);
  });
  app.get('/stream', (_: Request, response: Response) => {
    Readable.from(['one ', 'two ', 'three']).pipe(response);
  });
  app.post('/echo', (asked: Request, response: Response) => {
    asked.pipe(response.status(201).type('text/plain'));
  });
  app.get('/throws', () => {
    throw new Error('thrown');
  });
  app.get('/never', (asked: Request, response: Response) => {
    response.once('close', () => met.emit('closed', asked.destroyed, response.writableFinished));
    met.emit('arrived');
  });
  // Express knows an error handler by its four parameters.
  app.use((error: Error, _: Request, response: Response, next: NextFunction) => {
    if (response.headersSent) next(error);
    else response.status(500).json({ message: error.message });
  });
}

function asText(answer: request.Response, done: (error: Error | null, text: string) => void): void {
  const chunks: Buffer[] = [];
  (answer as unknown as Readable)
    .on('data', (chunk: Buffer) => chunks.push(chunk))
    .on('end', () => {
      done(null, Buffer.concat(chunks).toString());
    });
}

function urlOf(path: string): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;
}

describe('A large answer', () => {
  it('becomes bytes in parts, and none of them ends within a character', async () => {
    const written = once(met, 'written');
    const { body, headers } = await request(server).get('/large').expect(200);
    expect(body).toEqual({ text: LARGE });
    expect(headers['content-length']).toBe(String(Buffer.byteLength(JSON.stringify({ text: LARGE }))));
    const [parts] = (await written) as [number];
    expect(parts).toBeGreaterThanOrEqual(Math.floor(LARGE.length / 262_144));
  });

  it('that many have waited for is measured once', async () => {
    const adapter = new JsonAdapter();
    const waiting: Response[] = [];
    app.get('/shared', (_: Request, response: Response) => {
      if (waiting.push(response.type('json')) < 3) return;
      const measure = jest.spyOn(Buffer, 'byteLength');
      for (const one of waiting) adapter.reply(one, LARGE, 200);
      met.emit('measured', measure.mock.calls.filter(([text]) => text === LARGE).length);
    });
    const measured = once(met, 'measured');
    const answers = await Promise.all(
      [1, 2, 3].map(() => request(server).get('/shared').buffer().parse(asText)),
    );
    expect(answers.every(({ body }) => body === LARGE)).toBe(true);
    expect(await measured).toEqual([1]);
  });

  it('goes no further when the client is gone', async () => {
    const written = once(met, 'written');
    const leaving = send(urlOf('/large')).on('error', () => undefined);
    leaving.end();
    await once(leaving, 'response');
    leaving.destroy();
    await written;
  });
});

describe('The objects of a request', () => {
  itBeforeNode24(
    'have the prototypes that Express would give them, so that it finds nothing to change',
    async () => {
      const set = jest.spyOn(Object, 'setPrototypeOf');
      const changes: boolean[] = [];
      set.mockImplementation((object: object, prototype: object | null) => {
        changes.push(Object.getPrototypeOf(object) !== prototype);
        Reflect.setPrototypeOf(object, prototype);
        return object;
      });
      await request(server).get('/json').expect(200);
      set.mockRestore();
      expect(changes.length).toBeGreaterThanOrEqual(2);
      expect(changes).not.toContain(true);
    },
  );

  itBeforeNode24('are what Node and Express both take them for', async () => {
    server.prependOnceListener('request', (asked, response) => {
      met.emit('prototypes', Object.getPrototypeOf(asked), Object.getPrototypeOf(response));
    });
    const prototypes = once(met, 'prototypes');
    await request(server).get('/json').expect(200);
    const [ofRequest, ofResponse] = (await prototypes) as unknown[];
    expect(ofRequest).toBe(app.request);
    expect(ofResponse).toBe(app.response);
  });

  it('are made with the options of the server', async () => {
    await request(server).get('/json').set('X-Long', 'x'.repeat(5000)).expect(431);
  });

  it('know the address behind a proxy, the protocol, the query and the headers', async () => {
    const { body, headers } = await request(server)
      .get('/json?a=1')
      .set({ 'X-Forwarded-For': '192.0.2.7', 'X-Forwarded-Proto': 'https', Host: 'memory.example' })
      .expect(200);
    expect(body).toEqual({
      ip: '192.0.2.7',
      protocol: 'https',
      query: { a: '1' },
      fresh: false,
      host: 'memory.example',
    });
    expect(headers['x-set']).toBe('yes');
  });

  it('are streams on both sides', async () => {
    expect((await request(server).get('/stream').expect(200)).text).toBe('one two three');
    const text = 'x'.repeat(300_000);
    const echo = await request(server).post('/echo').type('text/plain').send(text).expect(201);
    expect(echo.text).toBe(text);
  });

  it('reach the handler of errors', async () => {
    const { body } = await request(server).get('/throws').expect(500);
    expect(body).toEqual({ message: 'thrown' });
    await request(server).get('/nothing-here').expect(404);
  });

  it('close when the client goes away', async () => {
    const arrived = once(met, 'arrived');
    const closed = once(met, 'closed');
    const leaving = send(urlOf('/never')).on('error', () => undefined);
    leaving.end();
    await arrived;
    leaving.destroy();
    expect(await closed).toEqual([true, false]);
  });

  it('are those of an upgrade as well', async () => {
    server.once('upgrade', (asked, socket) => {
      met.emit('upgrade', Object.getPrototypeOf(asked), asked.url);
      socket.end('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: memory\r\n\r\n');
    });
    const upgrade = once(met, 'upgrade');
    const upgrading = send(urlOf('/live'), { headers: { Connection: 'Upgrade', Upgrade: 'memory' } });
    const answered = once(upgrading, 'upgrade');
    upgrading.end();
    const [prototype, url] = (await upgrade) as unknown[];
    expect(prototype === app.request).toBe(isBeforeNode24);
    expect(url).toBe('/live');
    const [answer] = (await answered) as [{ statusCode: number }];
    expect(answer.statusCode).toBe(101);
  });
});
