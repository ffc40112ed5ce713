import { readFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { QueryFailedError } from 'typeorm';
import { createLog } from './log.js';
import { ServiceLogger } from './service-logger.js';
import { describeLine, openTerminal } from './stream.js';

const lines: Record<string, unknown>[] = [];
const open = (level: Parameters<typeof createLog>[0]): ServiceLogger =>
  new ServiceLogger(createLog(level, { write: (line) => lines.push(JSON.parse(line) as never) }));

beforeEach(() => {
  lines.length = 0;
});

describe('The log', () => {
  it('is one JSON object a line, with the time in canonical form', () => {
    open('log').log('Kept a copy', 'Database');
    expect(lines).toEqual([
      {
        level: 'info',
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        context: 'Database',
        msg: 'Kept a copy',
      },
    ]);
  });

  it.each([
    ['fatal', ['fatal']],
    ['error', ['fatal', 'error']],
    ['warn', ['fatal', 'error', 'warn']],
    ['log', ['fatal', 'error', 'warn', 'info']],
    ['debug', ['fatal', 'error', 'warn', 'info', 'debug']],
    ['verbose', ['fatal', 'error', 'warn', 'info', 'debug', 'trace']],
  ] as const)('at %s has %j', (least, expected) => {
    const logger = open(least);
    for (const level of ['fatal', 'error', 'warn', 'log', 'debug', 'verbose'] as const)
      logger[level]('x', 'Test');
    expect(lines.map(({ level }) => level)).toEqual(expected);
  });

  it('tells of the wiring only who debugs it', () => {
    open('log').log('Mapped {/api/health, GET} route', 'RouterExplorer');
    expect(lines).toEqual([]);
    open('debug').log('Mapped {/api/health, GET} route', 'RouterExplorer');
    expect(lines).toMatchObject([{ level: 'debug', context: 'RouterExplorer' }]);
  });

  it.each([
    [
      'a stack and a context',
      ['Error: x\n    at y', 'Problem'],
      { err: { stack: 'Error: x\n    at y' }, context: 'Problem' },
    ],
    ['a stack alone', ['Error: x\n    at y'], { err: { stack: 'Error: x\n    at y' } }],
    ['a context alone', ['Problem'], { context: 'Problem' }],
    ['no stack but a context', [undefined, 'Problem'], { context: 'Problem' }],
    ['nothing', [], {}],
  ])('has of an error what Nest hands on with %s', (_, rest, members) => {
    open('log').error('It failed', ...rest);
    expect(lines).toEqual([{ level: 'error', time: expect.any(String), msg: 'It failed', ...members }]);
  });

  it('has several messages one after another, as Nest takes them', () => {
    open('log').warn('one', 'two', 'Test');
    expect(lines).toMatchObject([{ msg: 'one two', context: 'Test' }]);
  });

  it('has the members of an object as members, and errors with their stacks', () => {
    open('log').warn({ message: 'request', status: 503, cause: new RangeError('too far') }, 'Request');
    expect(lines).toMatchObject([
      { msg: 'request', context: 'Request', status: 503, cause: { type: 'RangeError', message: 'too far' } },
    ]);
  });

  it.each([undefined, null, 0, '', [1], new Map(), Symbol('x'), 7n, () => 'function'])(
    'takes %p without failing',
    (message) => {
      open('log').log(message, 'Test');
      expect(lines).toHaveLength(1);
    },
  );

  it('takes an object that goes in a circle', () => {
    const circle: Record<string, unknown> = {};
    circle['self'] = circle;
    open('log').log({ message: 'round', circle }, 'Test');
    expect(lines).toMatchObject([{ msg: 'round' }]);
  });
});

describe('The log hides', () => {
  const SECRET = 'nobody may read this';

  it.each([
    'authorization',
    'Cookie',
    'password',
    'token',
    'key',
    'secret',
    'body',
    'headers',
    'JWT_SECRET',
    'DATABASE_URL',
  ])('what is called %s, however deep', (name) => {
    open('log').log(
      { message: 'x', [name]: SECRET, a: { [name]: SECRET, b: [{ [name]: [SECRET] }] } },
      'Test',
    );
    expect(lines).toMatchObject([
      { [name]: '[hidden]', a: { [name]: '[hidden]', b: [{ [name]: '[hidden]' }] } },
    ]);
    expect(JSON.stringify(lines)).not.toContain(SECRET);
  });

  it.each(['x-api-key', 'set-cookie'])('the header %s', (name) => {
    open('log').log({ [name]: SECRET, inner: { [name]: SECRET } }, 'Test');
    expect(JSON.stringify(lines)).not.toContain(SECRET);
  });

  it('the values of a statement that failed, and shows the statement', () => {
    const error = new QueryFailedError('INSERT INTO t VALUES (?)', [SECRET], new Error(`bad: ${SECRET}`));
    const logger = open('log');
    logger.error(error, 'Database');
    logger.error({ message: 'in an object', error }, 'Database');
    logger.fatal(new Error('outside', { cause: error }), 'Process');
    expect(lines).toHaveLength(3);
    expect(JSON.stringify(lines)).toContain('INSERT INTO t VALUES (?)');
    expect(JSON.stringify(lines)).not.toContain(SECRET);
  });

  it('tokens and API keys in a text', () => {
    const token = `eyJhbGciOiJIUzI1NiJ9.${'a'.repeat(40)}.${'b'.repeat(43)}`;
    const logger = open('log');
    logger.log(`Authorization: Bearer ${token}`, 'Test');
    logger.error('x', `Error: ${token}\n    at jm_${'k'.repeat(43)}`, 'Test');
    logger.warn('first', token, 'Test');
    expect(JSON.stringify(lines)).not.toMatch(/eyJ|kkk/);
  });
});

describe('On a terminal', () => {
  it('a request is one line, in the order in which it is read', () => {
    const line = { level: 30, time: 0, msg: 'request', context: 'Request' };
    const request = { method: 'GET', path: '/api/health', status: 200, durationMs: 1.5, requestId: 'r-1' };
    expect(describeLine({ ...line, ...request })).toBe('GET /api/health 200 1.5 ms r-1');
    expect(describeLine({ ...line, ...request, client: 'owner' })).toBe(
      'GET /api/health 200 1.5 ms owner r-1',
    );
    expect(describeLine({ ...line, ...request, status: undefined })).toContain('cut off');
  });

  it('holds no control character of what it tells of, but its own colours', async () => {
    const file = join(await mkdtemp(join(tmpdir(), 'jarvis-memory-log-')), 'terminal');
    const logger = new ServiceLogger(createLog('debug', await openTerminal(file)));
    const hostile = 'a\u001b[2Jb\u001b]0;title\u0007c\u009b1md\u202ee\rf';
    logger.warn(`Left alone: ${hostile}`, 'Database');
    logger.log({ message: 'x', table: hostile, nested: [{ name: hostile }] }, hostile);
    logger.error(new Error(hostile), 'Database');
    const text = readFileSync(file, 'utf8');
    expect(text.match(/a\?\[2Jb/g)?.length).toBeGreaterThanOrEqual(4);
    // eslint-disable-next-line no-control-regex
    const plain = text.replace(/\u001b\[\d+m/g, '');
    // eslint-disable-next-line no-control-regex
    expect(plain).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
    expect(text).toContain('\u001b[33mWARN');
  });

  it('all else says where it comes from', () => {
    expect(describeLine({ level: 30, time: 0, msg: 'Migrated', context: 'Database' })).toBe(
      '[Database] Migrated',
    );
  });
});
