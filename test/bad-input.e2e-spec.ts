import { once } from 'node:events';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ProblemCode } from '../src/problems/catalogue.js';
import { PROBLEMS } from '../src/problems/catalogue.js';
import { describeApi } from '../src/http/docs/index.js';
import {
  BAD_EVENTS,
  BAD_MESSAGES,
  BAD_PREFERENCES,
  BAD_SNAPSHOTS,
  type BadInput,
} from './factories/bad-input.js';
import { rawRequest, type RawAnswer } from './factories/http.js';
import { aMessage, anEvent, aSnapshot, nestedJson } from './factories/index.js';
import { operationsOf } from './factories/operations.js';
import { expectProblem } from './factories/problem.js';
import { startService, type TestService } from './support/service.js';

type Method = 'get' | 'post' | 'put' | 'delete';

const BODIES: readonly (readonly [method: Method, path: string, body: object])[] = [
  ['post', '/memory/events', anEvent()],
  ['post', '/memory/events/batch', { events: [anEvent()] }],
  ['post', '/memory/events/1/resolve', { resolvedBy: 'user' }],
  ['post', '/memory/conversations', aMessage()],
  ['post', '/memory/snapshots', { snapshot: aSnapshot() }],
  ['put', '/memory/preferences/ui.theme', { value: 'dark' }],
];
const LISTS = ['/memory/events', '/memory/events/unresolved', '/memory/conversations', '/memory/snapshots'];
const PAGED: readonly (readonly [path: string, most: number])[] = [
  ['/memory/events', 200],
  ['/memory/events/unresolved', 200],
  ['/memory/conversations', 200],
  ['/memory/conversations/chat-1', 200],
  ['/memory/snapshots', 100],
];
/** What the service must never tell: its insides. */
const INSIDES = /\bat \S+ \(|node_modules|\.ts\b|\.js:|SELECT |INSERT |SQLITE|jarvis\.db|\/tmp\//;

describe('Bad input', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await startService();
    for (const [method, path, body] of BODIES) {
      // Two of each, so that every list has a next page.
      for (let count = 0; count < 2; count++) await service.call(method, path).send(body);
    }
    await service
      .call('post', '/memory/conversations')
      .send(aMessage({ sessionId: 'chat-2' }))
      .expect(201);
    await service.call('post', '/memory/events').send(anEvent()).expect(201);
    await service.call('post', '/memory/events').send(anEvent()).expect(201);
  });
  afterAll(() => service.destroy());

  /** Sends bytes as they are, with a token. */
  function raw(
    method: string,
    path: string,
    body?: string | Buffer,
    headers: Record<string, string> = { 'Content-Type': 'application/json' },
  ): Promise<RawAnswer> {
    const authorization = { Authorization: `Bearer ${service.token}` };
    return rawRequest(service.url, {
      method,
      path: `/api${path}`,
      body,
      headers: { ...authorization, ...headers },
    });
  }

  function expectRawProblem(answer: RawAnswer, code: ProblemCode, fields: readonly string[] = []): void {
    expect(answer.status).toBe(PROBLEMS[code].status);
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(answer.text).not.toMatch(INSIDES);
    expectProblem(answer.body, code, fields);
  }

  describe('in the fields of a body', () => {
    const refuse = async (
      method: Method,
      path: string,
      sent: unknown,
      fields: readonly string[],
    ): Promise<void> => {
      const { body, text } = await service
        .call(method, path)
        .send(sent as object)
        .expect(400);
      expectProblem(body, 'validation_failed', fields);
      expect(text).not.toMatch(INSIDES);
    };

    it.each(BAD_EVENTS)('of an event: %s', (_, sent, fields) =>
      refuse('post', '/memory/events', sent, fields),
    );

    it.each(BAD_EVENTS)('of an event in a batch: %s', (_, sent, fields) => {
      const places = fields.map((field) => `events.1.${field}`);
      return refuse('post', '/memory/events/batch', { events: [anEvent(), sent] }, places);
    });

    it.each(BAD_MESSAGES)('of a message: %s', (_, sent, fields) =>
      refuse('post', '/memory/conversations', sent, fields),
    );

    it.each(BAD_SNAPSHOTS)('of a snapshot: %s', (_, sent, fields) =>
      refuse('post', '/memory/snapshots', sent, fields),
    );

    it.each(BAD_PREFERENCES)('of a preference: %s', (_, sent, fields) =>
      refuse('put', '/memory/preferences/ui.theme', sent, fields),
    );

    it.each<BadInput>([
      ['another resolver', { resolvedBy: 'system' }, ['resolvedBy']],
      ['an empty resolver', { resolvedBy: '' }, ['resolvedBy']],
      ['no resolver but null', { resolvedBy: null }, ['resolvedBy']],
      ['a list of resolvers', { resolvedBy: ['user'] }, ['resolvedBy']],
      ['a misspelt field', { resolvedby: 'user' }, ['resolvedby']],
      ['an extra field', { resolvedBy: 'user', reason: 'done' }, ['reason']],
    ])('of a resolution: %s', (_, sent, fields) => refuse('post', '/memory/events/1/resolve', sent, fields));

    it.each(['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty'])(
      'that is called %s, on every route, and no object of the service changes',
      async (name) => {
        for (const [method, path, body] of BODIES) {
          const sent = `{"${name}":{"polluted":true},${JSON.stringify(body).slice(1)}`;
          expectRawProblem(await raw(method, path, sent), 'validation_failed', [name]);
        }
        expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
      },
    );

    it('that are 8000 and all unknown get a bounded answer', async () => {
      const sent = Object.fromEntries(Array.from({ length: 8000 }, (_, index) => [`key${index}`, index]));
      const { body, text } = await service.call('post', '/memory/events').send(sent).expect(400);
      expect(body.errors).toHaveLength(20);
      expect(body.detail).toMatch(/and 7983 more/);
      expect(text.length).toBeLessThan(5000);
    });

    it('that have a name of a megabyte are not echoed in full', async () => {
      const { text } = await service
        .call('post', '/memory/events')
        .send({ ['x'.repeat(1_000_000)]: 1 })
        .expect(400);
      expect(text.length).toBeLessThan(2000);
    });
  });

  describe.each(BODIES)('in the body of %s %s', (method, path, valid) => {
    const text = JSON.stringify(valid);

    it.each([
      ['a list', `[${text}]`],
      ['an empty list', '[]'],
    ])('that is %s is refused as a whole', async (_, sent) => {
      const answer = await raw(method, path, sent);
      expectRawProblem(answer, 'validation_failed', ['']);
    });

    it.each([
      ['a text', '"text"'],
      ['a number', '42'],
      ['null', 'null'],
      ['true', 'true'],
      ['cut', text.slice(0, -1)],
      ['followed by something', `${text}x`],
      ['with a comma too many', text.replace('}', ',}')],
      ['in single quotes', text.replaceAll('"', "'")],
      ['white space', '   '],
      ['NaN', 'NaN'],
      ['an unescaped line feed in a text', '{"type":"a\nb"}'],
      ['an unfinished escape', '{"type":"\\u12"}'],
      ['words', 'not JSON'],
      [
        'invalid UTF-8',
        Buffer.concat([Buffer.from('{"summary":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}')]),
      ],
      [
        'a surrogate encoded as UTF-8',
        Buffer.concat([Buffer.from('{"summary":"'), Buffer.from([0xed, 0xa0, 0x80]), Buffer.from('"}')]),
      ],
      [
        'a cut UTF-8 character',
        Buffer.concat([Buffer.from('{"summary":"'), Buffer.from([0xf0, 0x9f]), Buffer.from('"}')]),
      ],
    ])('that is %s is no JSON', async (_, sent) => {
      expectRawProblem(await raw(method, path, sent), 'malformed_json');
    });

    it.each([
      ['application/x-www-form-urlencoded', 'type=alert&source=monitor&summary=x'],
      [
        'multipart/form-data; boundary=b',
        '--b\r\nContent-Disposition: form-data; name="type"\r\n\r\nalert\r\n--b--',
      ],
      ['text/plain', text],
      ['text/json', text],
      ['application/xml', '<event/>'],
      ['application/json-seq', text],
      ['application/octet-stream', text],
      ['application/json; charset=iso-8859-1', text],
      ['application/json; charset=utf-16', text],
      ['application/json; charset=utf-7', text],
      ['nonsense', text],
    ])('of the type %s is refused', async (type, sent) => {
      expectRawProblem(await raw(method, path, sent, { 'Content-Type': type }), 'unsupported_media_type');
    });

    it('without a type is refused', async () => {
      expectRawProblem(await raw(method, path, text, {}), 'unsupported_media_type');
    });

    it('in an unknown encoding is refused', async () => {
      const headers = { 'Content-Type': 'application/json', 'Content-Encoding': 'zstd-of-the-future' };
      expectRawProblem(await raw(method, path, text, headers), 'unsupported_media_type');
    });

    it('that is JSON 2000 deep is refused, naming what is wrong', async () => {
      const answer = await raw(method, path, nestedJson(2000));
      expect(answer.status).toBe(400);
      expect((answer.body as { errors: { field: string }[] }).errors.map(({ field }) => field)).toContain(
        'a',
      );
    });

    it.each(['application/json; charset=utf-8', 'application/json;charset=UTF-8', 'Application/JSON'])(
      'of the type %s is taken',
      async (type) => {
        const { status } = await raw(method, path, text, { 'Content-Type': type });
        expect([200, 201]).toContain(status);
      },
    );
  });

  describe('in the size of a body', () => {
    const LIMIT = 16 * 1_048_576 + 65_536;

    it.each([
      ['is one byte over the limit', LIMIT + 1],
      ['is far over the limit', 2 * LIMIT],
    ])('that %s is a 413', async (_, size) => {
      const answer = await raw('POST', '/memory/snapshots', Buffer.alloc(size, ' '));
      expectRawProblem(answer, 'payload_too_large');
    });

    it('that comes in chunks of no announced length is a 413 as well', async () => {
      const headers = { 'Content-Type': 'application/json', 'Transfer-Encoding': 'chunked' };
      const answer = await raw('POST', '/memory/snapshots', Buffer.alloc(LIMIT + 1, ' '), headers);
      expectRawProblem(answer, 'payload_too_large');
    });

    it('counts after decompression, so that a small bomb is a 413', async () => {
      const bomb = gzipSync(Buffer.alloc(LIMIT + 1, ' '));
      expect(bomb.length).toBeLessThan(100_000);
      const headers = { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' };
      expectRawProblem(await raw('POST', '/memory/snapshots', bomb, headers), 'payload_too_large');
    });

    it('at the limit is read, and refused for what is in it only', async () => {
      expectRawProblem(await raw('POST', '/memory/snapshots', Buffer.alloc(LIMIT, ' ')), 'malformed_json');
    });

    it('of a login may be 16 KB and no more', async () => {
      const sized = (size: number): Buffer => Buffer.alloc(size, ' ');
      expectRawProblem(await raw('POST', '/auth/login', sized(16_384)), 'malformed_json');
      expectRawProblem(await raw('POST', '/auth/login', sized(16_385)), 'payload_too_large');
    });

    it('of none, announced in chunks by who did not know that yet, is as good as no body', async () => {
      const saved = await raw('POST', '/memory/events', JSON.stringify(anEvent()));
      const { event } = JSON.parse(saved.text) as { event: { id: number } };
      const chunked = { 'Transfer-Encoding': 'chunked' };
      const empty = Buffer.alloc(0);
      const answer = await raw('POST', `/memory/events/${event.id}/resolve`, empty, chunked);
      expect(answer.status).toBe(200);
      expect((await raw('POST', '/memory/events', empty, chunked)).text).toContain('validation_failed');
    });

    it('of none is one as well where its end comes later', async () => {
      const { hostname, port } = new URL(service.url);
      const socket = connect(Number(port), hostname);
      const answered = once(socket, 'data') as Promise<[Buffer]>;
      socket.write(
        'POST /api/memory/events/1/resolve HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: chunked\r\n' +
          `Authorization: Bearer ${service.token}\r\n\r\n`,
      );
      setTimeout(() => socket.write('0\r\n\r\n'), 50);
      const [answer] = await answered;
      socket.destroy();
      expect(answer.toString()).not.toContain('unsupported_media_type');
    });

    it('with gzip in name only is a 400', async () => {
      const headers = { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' };
      const answer = await raw('POST', '/memory/events', '{"not":"gzip"}', headers);
      expect(answer.status).toBe(400);
      expect(answer.text).not.toMatch(INSIDES);
    });

    it('with gzip is read', async () => {
      const headers = { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' };
      const answer = await raw('POST', '/memory/events', gzipSync(JSON.stringify(anEvent())), headers);
      expect(answer.status).toBe(201);
    });
  });

  describe('in a body where none belongs', () => {
    it.each([
      ['GET', '/memory/events'],
      ['GET', '/memory/events/1'],
      ['GET', '/memory/preferences'],
      ['HEAD', '/memory/events'],
      ['DELETE', '/memory/preferences/never'],
    ])('%s %s is refused, whatever it holds', async (method, path) => {
      for (const [type, sent] of [
        ['application/json', '{"limit":1}'],
        ['application/json', 'not JSON'],
        ['text/plain', 'limit=1'],
      ] as const) {
        const headers = { 'Content-Type': type, 'Content-Length': String(sent.length) };
        const answer = await raw(method, path, sent, headers);
        if (method === 'HEAD') expect(answer.status).toBe(400);
        else expectRawProblem(answer, 'malformed_request');
      }
    });

    it('that is empty is no body', async () => {
      const headers = { 'Content-Type': 'application/json', 'Content-Length': '0' };
      expect((await raw('GET', '/memory/events', undefined, headers)).status).toBe(200);
    });
  });

  describe('in the query', () => {
    describe.each(PAGED)('of %s', (path, most) => {
      it.each([
        '0',
        '-1',
        String(most + 1),
        '1.5',
        'abc',
        '',
        '1e2',
        '0x10',
        '%2B5',
        '9'.repeat(20),
        'NaN',
        'null',
      ])('a limit of %j is refused', async (limit) => {
        const { body } = await service.call('get', `${path}?limit=${limit}`).expect(400);
        expectProblem(body, 'validation_failed', ['limit']);
      });

      it('a limit that is given twice is refused', async () => {
        const { body } = await service.call('get', `${path}?limit=5&limit=5`).expect(400);
        expectProblem(body, 'validation_failed', ['limit']);
      });

      it.each(['', 'abc', '%00', '1', 'x'.repeat(1001), 'eyJpZCI6MX0', 'null'])(
        'a cursor of %j is refused',
        async (cursor) => {
          const { body } = await service.call('get', `${path}?cursor=${cursor}`).expect(400);
          expectProblem(body, 'validation_failed', ['cursor']);
        },
      );

      it.each([
        'nonsense',
        'Limit',
        'offset',
        'limit[]',
        'limit%5B%5D',
        '__proto__',
        'constructor',
        'toString',
      ])('the unknown parameter %s is refused', async (name) => {
        const { body } = await service.call('get', `${path}?${name}=1`).expect(400);
        expectProblem(body, 'validation_failed', [decodeURIComponent(name)]);
      });

      it('1000 unknown parameters get a bounded answer', async () => {
        const query = Array.from({ length: 1000 }, (_, index) => `k${index}=1`).join('&');
        const { text } = await service.call('get', `${path}?${query}`).expect(400);
        expect(text.length).toBeLessThan(5000);
      });
    });

    it.each(['/health', '/health/live', '/memory/snapshots/latest', '/problems/not_found'])(
      'of %s, which takes none, any parameter is refused, as the document says',
      async (path) => {
        const { body } = await service.call('get', `${path}?nonsense=1`).expect(400);
        expectProblem(body, 'validation_failed', ['nonsense']);
      },
    );

    it('an unknown parameter is refused by every operation below /auth and /memory', async () => {
      const taken: string[] = [];
      for (const { method, path } of operationsOf(describeApi(service.app))) {
        if (!/^\/(auth|memory)/.test(path)) continue;
        const filled = path.replace('{id}', '1').replace(/\{\w+\}/, 'of-no-other-test');
        const sent = BODIES.find((body) => body[0] === method && body[1] === filled)?.[2];
        const answer = await raw(method.toUpperCase(), `${filled}?nonsense=1`, sent && JSON.stringify(sent));
        if (!answer.text.includes('"field":"nonsense"')) taken.push(`${method} ${path}`);
      }
      expect(taken).toEqual([]);
    });

    describe.each(LISTS)('of %s', (path) => {
      it.each(['since', 'until'])('a %s that is no moment is refused', async (name) => {
        const wrong = [
          'yesterday',
          '2026-11-22T20:15:00',
          '2026-02-30',
          '',
          '1700000000',
          '20:15',
          '12',
          'null',
        ];
        for (const moment of wrong) {
          const { body } = await service.call('get', `${path}?${name}=${moment}`).expect(400);
          expectProblem(body, 'validation_failed', [name]);
        }
      });

      it('a plus sign that was not encoded is explained', async () => {
        const { body } = await service.call('get', `${path}?since=2026-11-22T20:15:00+01:00`).expect(400);
        expectProblem(body, 'validation_failed', ['since']);
        expect(body.errors[0].message).toContain('%2B');
      });

      it('a since after the until is refused, whatever their offsets', async () => {
        for (const span of [
          'since=2026-11-23&until=2026-11-22',
          'since=2026-11-22T00:00:00.001Z&until=2026-11-22',
          'since=2026-11-22T01:00:00Z&until=2026-11-22T01:30:00%2B01:00',
        ]) {
          const { body } = await service.call('get', `${path}?${span}`).expect(400);
          expectProblem(body, 'validation_failed', ['until']);
        }
      });

      it('a since that is the until gives an empty list', async () => {
        const { body } = await service.call('get', `${path}?since=2026-11-22&until=2026-11-22`).expect(200);
        expect(Object.values(body)).toEqual([[], null]);
      });

      it('a moment that is given twice is refused', async () => {
        const { body } = await service.call('get', `${path}?since=2026-11-22&since=2026-11-22`).expect(400);
        expectProblem(body, 'validation_failed', ['since']);
      });
    });

    it.each([
      ['type', 'alarm'],
      ['type', 'ALERT'],
      ['type', ''],
      ['type', 'alert,action'],
      ['severity', 'fatal'],
      ['minSeverity', 'fatal'],
      ['source', 'nobody'],
      ['resolved', 'yes'],
      ['resolved', '1'],
      ['resolved', ''],
      ['node', ''],
      ['node', 'x'.repeat(256)],
    ])('of events, %s=%s is refused', async (name, value) => {
      const { body } = await service.call('get', `/memory/events?${name}=${value}`).expect(400);
      expectProblem(body, 'validation_failed', [name]);
    });

    it.each(['type=alert&type=alarm', 'minSeverity=info&minSeverity=error', 'resolved=true&resolved=true'])(
      'of events, %s is refused',
      async (query) => {
        const { body } = await service.call('get', `/memory/events?${query}`).expect(400);
        expectProblem(body, 'validation_failed', [query.split('=')[0]!]);
      },
    );

    it('of events, more than twenty values of one filter are refused', async () => {
      const query = Array.from({ length: 21 }, (_, index) => `node=pve${index}`).join('&');
      const { body } = await service.call('get', `/memory/events?${query}`).expect(400);
      expectProblem(body, 'validation_failed', ['node']);
    });

    it.each(['order=ASC', 'order=random', 'order=', 'order=asc&order=desc'])(
      'of messages, %s is refused',
      async (query) => {
        const { body } = await service.call('get', `/memory/conversations/chat-1?${query}`).expect(400);
        expectProblem(body, 'validation_failed', ['order']);
      },
    );

    it.each(['view=FULL', 'view=short', 'view=', 'view=full&view=meta'])(
      'of snapshots, %s is refused',
      async (query) => {
        const { body } = await service.call('get', `/memory/snapshots?${query}`).expect(400);
        expectProblem(body, 'validation_failed', ['view']);
      },
    );

    it('all mistakes are named at once', async () => {
      const query = 'type=alarm&limit=0&since=never&nonsense=1&minSeverity=fatal&resolved=maybe';
      const { body } = await service.call('get', `/memory/events?${query}`).expect(400);
      expectProblem(body, 'validation_failed', [
        'limit',
        'minSeverity',
        'nonsense',
        'resolved',
        'since',
        'type',
      ]);
    });
  });

  describe('in a cursor', () => {
    async function cursorOf(path: string): Promise<string> {
      const { body } = await service
        .call('get', `${path}${path.includes('?') ? '&' : '?'}limit=1`)
        .expect(200);
      expect(body.nextCursor).toEqual(expect.any(String));
      return body.nextCursor;
    }

    async function refused(path: string, cursor: string): Promise<void> {
      const { body } = await service
        .call('get', `${path}${path.includes('?') ? '&' : '?'}cursor=${cursor}`)
        .expect(400);
      expectProblem(body, 'validation_failed', ['cursor']);
    }

    it('that was edited at any one position is refused', async () => {
      const cursor = await cursorOf('/memory/events');
      for (let at = 0; at < cursor.length; at++) {
        const other = cursor[at] === 'A' ? 'B' : 'A';
        await refused('/memory/events', cursor.slice(0, at) + other + cursor.slice(at + 1));
      }
    });

    it('that was cut, or padded, is refused', async () => {
      const cursor = await cursorOf('/memory/events');
      for (const edited of [
        cursor.slice(1),
        cursor.slice(0, -1),
        cursor.slice(0, 10),
        `${cursor}A`,
        `${cursor}%3D`,
      ]) {
        await refused('/memory/events', edited);
      }
    });

    it('that is of another list is refused', async () => {
      const lists = [
        '/memory/events',
        '/memory/conversations',
        '/memory/conversations/chat-1',
        '/memory/snapshots',
      ];
      for (const from of lists) {
        const cursor = await cursorOf(from);
        for (const to of lists) if (to !== from) await refused(to, cursor);
      }
    });

    it.each([
      ['/memory/events', '/memory/events?type=alert'],
      ['/memory/events?type=alert', '/memory/events'],
      ['/memory/events?type=alert', '/memory/events?type=action'],
      ['/memory/events?type=alert', '/memory/events?type=alert&type=action'],
      ['/memory/events', '/memory/events/unresolved'],
      ['/memory/events', '/memory/events?since=2001-01-01'],
      ['/memory/events?since=2001-01-01', '/memory/events?since=2001-01-02'],
      ['/memory/events?severity=info', '/memory/events?minSeverity=info'],
      ['/memory/conversations', '/memory/conversations?until=2099-01-01'],
      ['/memory/conversations/chat-1', '/memory/conversations/chat-1?order=desc'],
      ['/memory/conversations/chat-1', '/memory/conversations/chat-2'],
      ['/memory/snapshots', '/memory/snapshots?since=2001-01-01'],
    ])('that is of %s is refused by %s', async (from, to) => {
      await refused(to, await cursorOf(from));
    });

    it('of the same filters in another spelling is taken', async () => {
      const cursor = await cursorOf('/memory/events?type=alert&type=action&since=2001-01-01');
      const other = '/memory/events?since=2001-01-01T01:00:00%2B01:00&type=action&type=alert&type=action';
      await service.call('get', `${other}&limit=3&cursor=${cursor}`).expect(200);
    });
  });

  describe('in the path', () => {
    const WRONG_IDS = [
      '0',
      '-1',
      '1.5',
      'abc',
      '9007199254740992',
      '9'.repeat(30),
      '1e3',
      '%20',
      '1%00',
      'NaN',
      '0x1',
      "1'",
    ];

    it.each(WRONG_IDS)('the id %s is refused', async (id) => {
      for (const answer of [
        service.call('get', `/memory/events/${id}`),
        service.call('post', `/memory/events/${id}/resolve`),
        service.call('get', `/memory/snapshots/${id}`),
      ]) {
        const { body } = await answer.expect(400);
        expectProblem(body, 'validation_failed', ['id']);
      }
    });

    it.each([
      ['GET', '/memory/events/%ZZ'],
      ['GET', '/memory/events/%'],
      ['GET', '/memory/events/%FF'],
      ['POST', '/memory/events/%ZZ/resolve'],
      ['GET', '/memory/snapshots/%ZZ'],
      ['GET', '/memory/conversations/%ZZ'],
      ['GET', '/memory/conversations/%ED%A0%80'],
      ['DELETE', '/memory/conversations/%FF'],
      ['GET', '/memory/preferences/%C3%28'],
      ['DELETE', '/memory/preferences/%'],
    ])('%s %s, which no one can decode, is a 400', async (method, path) => {
      expectRawProblem(await raw(method, path, undefined, {}), 'malformed_request');
    });

    it.each([
      '/docs/%ZZ',
      '/docs/%00',
      '/docs/..%2f..%2fpackage.json',
      '/docs/../../package.json',
      '/%ZZ',
      '/%00',
    ])('GET %s is a problem, and not one of the service', async (path) => {
      const answer = await raw('GET', path, undefined, {});
      expect([400, 403, 404]).toContain(answer.status);
      expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
      expect(answer.text).not.toMatch(INSIDES);
    });

    it.each([
      ['GET', '/nonsense'],
      ['GET', '/memory'],
      ['GET', '/memory/event'],
      ['POST', '/memory/events/1'],
      ['PUT', '/memory/events/1'],
      ['DELETE', '/memory/events/1'],
      ['PATCH', '/memory/events/1'],
      ['DELETE', '/memory/events'],
      ['GET', '/memory/events/1/resolve'],
      ['GET', '/memory/events/batch/1'],
      ['PUT', '/memory/conversations/chat-1'],
      ['DELETE', '/memory/snapshots/1'],
      ['POST', '/memory/preferences/ui.theme'],
      ['PUT', '/memory/preferences'],
      ['GET', '/auth/login'],
      ['POST', '/health'],
      ['TRACE', '/memory/events'],
      ['PROPFIND', '/memory/events'],
    ])('%s %s, which there is not, is a 404', async (method, path) => {
      expectRawProblem(await raw(method, path, undefined, {}), 'not_found');
    });

    it.each(['/index.html', '/API2', '/api/../etc/passwd', '//api//memory//events', '/favicon.ico'])(
      '%s, outside of the API, is a 404',
      async (path) => {
        const answer = await rawRequest(service.url, { path });
        expectRawProblem(answer, 'not_found');
      },
    );
  });

  it.each([
    '/memory/events/abc',
    '/memory/events?limit=0',
    '/memory/events/999999999',
    '/memory/preferences/never',
  ])('of %s stays a problem when the caller would be content with whatever he has', async (path) => {
    const { status } = await raw('GET', path, undefined, { 'If-None-Match': '*' });
    expect([400, 404]).toContain(status);
  });

  it.each(['/health', '/health/live', '/problems/not_found', '/auth/keys', '/metrics'])(
    'no answer of %s, which has no tag, is taken for known by the caller',
    async (path) => {
      const { text } = await service.call('get', path).set('If-None-Match', '*').expect(200);
      expect(text).not.toBe('');
    },
  );

  describe('is answered with a problem that', () => {
    it('carries the id that the caller gave to the request', async () => {
      const { body, headers } = await service
        .call('get', '/memory/events/0')
        .set('X-Request-Id', 'dashboard:42_a.b-c')
        .expect(400);
      expect(body.requestId).toBe('dashboard:42_a.b-c');
      expect(headers['x-request-id']).toBe('dashboard:42_a.b-c');
    });

    it.each(['', 'with space', 'x'.repeat(129), 'ü', '<script>', 'a,b'])(
      'carries one that the service made in place of %j',
      async (id) => {
        const { body, headers } = await service
          .call('get', '/memory/events/0')
          .set('X-Request-Id', id)
          .expect(400);
        expect(body.requestId).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
        expect(headers['x-request-id']).toBe(body.requestId);
      },
    );

    it('has an id of its own each time', async () => {
      const ids = new Set<string>();
      for (let count = 0; count < 5; count++) {
        ids.add((await service.call('get', '/memory/events/0').expect(400)).body.requestId);
      }
      expect(ids.size).toBe(5);
    });

    it('leads to an explanation by its type', async () => {
      const { body } = await service.call('get', '/memory/events/0').expect(400);
      const explained = await service
        .callAnonymously('get', String(body.type).replace(/^\/api/, ''))
        .expect(200);
      expect(explained.body).toEqual({
        type: body.type,
        code: body.code,
        status: 400,
        title: body.title,
        remedy: expect.stringMatching(/\S/),
      });
    });

    it.each(Object.keys(PROBLEMS) as ProblemCode[])('is explained: %s', async (code) => {
      const { body } = await service.callAnonymously('get', `/problems/${code}`).expect(200);
      expect(body).toEqual({ type: `/api/problems/${code}`, code, ...PROBLEMS[code] });
    });

    it('is not explained where there is none of that name', async () => {
      const { body } = await service.callAnonymously('get', '/problems/nonsense').expect(400);
      expectProblem(body, 'validation_failed', ['code']);
    });
  });

  it('left the service in good health, and no 5xx in its log', async () => {
    await service.callAnonymously('get', '/health').expect(200);
    expect(service.log.filter((line) => /"status":5|"level":"(?:error|fatal)"/.test(line))).toEqual([]);
  });
});
