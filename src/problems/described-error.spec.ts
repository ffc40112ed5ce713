import { describe, expect, it } from '@jest/globals';
import Sqlite from 'better-sqlite3';
import { QueryFailedError } from 'typeorm';
import { describeError, redactSecrets } from './described-error.js';

const VALUE = 'what was said in confidence';

function failed(message: string, parameters: unknown[]): QueryFailedError {
  return new QueryFailedError('INSERT INTO t VALUES (?, ?)', parameters, new Error(message));
}

describe('An error in the log', () => {
  it('keeps its kind, its message and where it came from', () => {
    const { type, message, stack } = describeError(new TypeError('no such thing'));
    expect([type, message]).toEqual(['TypeError', 'no such thing']);
    expect(stack).toMatch(/^TypeError: no such thing\n +at .*described-error\.spec/);
  });

  it('has the statement that failed and none of its values, even where the message repeats them', () => {
    const described = describeError(failed(`cannot take ${VALUE}`, [VALUE, 7, null]));
    expect(described.stack).toContain('SQL: INSERT INTO t VALUES (?, ?)');
    expect(described.message).toBe('cannot take ?');
    expect(JSON.stringify(described)).not.toContain(VALUE);
  });

  it('hides the values of an error that caused another, too', () => {
    const outer = new Error('outside', {
      cause: new Error('between', { cause: failed(`in ${VALUE}`, [VALUE]) }),
    });
    const { stack } = describeError(outer);
    expect(stack).toMatch(/outside[^]*Caused by[^]*between[^]*Caused by[^]*QueryFailedError: in \?/);
    expect(stack).not.toContain(VALUE);
  });

  it('of the native driver is one, though it is no instance of Error here', () => {
    const handle = new Sqlite(':memory:');
    let thrown: unknown;
    try {
      handle.prepare('SELECT missing_one');
    } catch (error) {
      thrown = error;
    } finally {
      handle.close();
    }
    expect(describeError(thrown)).toMatchObject({
      message: 'no such column: missing_one',
      stack: expect.stringContaining('SqliteError'),
    });
  });

  it('ends with causes that go in a circle', () => {
    const error = new Error('round');
    error.cause = error;
    expect(describeError(error).stack.match(/Error: round/g)!.length).toBeLessThan(10);
  });

  it.each([
    ['a text', 'a text'],
    [undefined, 'nothing was said'],
    [null, 'nothing was said'],
    [{ password: VALUE }, '[object Object]'],
  ])('that is %j is told without what it holds', (thrown, message) => {
    expect(describeError(thrown)).toEqual({ type: typeof thrown, message, stack: '' });
  });

  it('shows of a huge statement only the beginning', () => {
    const error = new QueryFailedError('x'.repeat(100_000), [], new Error('too long'));
    expect(describeError(error).stack.length).toBeLessThan(10_000);
  });
});

describe('A text in the log', () => {
  it.each([
    `eyJhbGciOiJIUzI1NiJ9.${'a'.repeat(40)}.${'b'.repeat(43)}`,
    `jm_${'Ab3-_'.repeat(9)}`,
    'Bearer c29tZXRoaW5n',
    'basic b3duZXI6cGFzc3dvcmQ=',
  ])('loses the credential %s', (credential) => {
    expect(redactSecrets(`before ${credential} after`)).toBe('before [hidden] after');
  });

  it.each([
    [
      'postgres://jarvis:hunter2%2F%C3%A9@db.lan:5432/memory',
      'postgres://jarvis:[hidden]@db.lan:5432/memory',
    ],
    ['to postgresql://:hunter2@db.lan/memory.', 'to postgresql://:[hidden]@db.lan/memory.'],
    ['postgres:///db?user=u&password=hunter2&host=/run', 'postgres:///db?user=u&password=[hidden]&host=/run'],
  ])('loses the password of %s', (url, told) => {
    expect(redactSecrets(url)).toBe(told);
  });

  it.each(['GET /api/memory/events 200', 'http://127.0.0.1:4000/a@b', 'jm_short', 'the bearer of news'])(
    'keeps "%s"',
    (text) => {
      expect(redactSecrets(text)).toBe(text);
    },
  );
});
