import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import Sqlite from 'better-sqlite3';
import { aKey } from '../factories/keys.js';
import { PASSWORD, startService, temporaryFolder, type TestService } from '../support/service.js';

const PROGRAM = join(process.cwd(), 'dist/src/cli/main.js');
const NEXT = 'a password of the shell';

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs the built command line to its end. */
function run(file: string, args: readonly string[], input = ''): Promise<Ended> {
  if (!existsSync(PROGRAM)) throw new Error('dist is missing: run `npm run build` first (`npm test` does).');
  const env = { PATH: process.env['PATH'], DB_PATH: file };
  const child = spawn(process.execPath, [PROGRAM, ...args], { env });
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk) => (out += String(chunk)));
  child.stderr.on('data', (chunk) => (err += String(chunk)));
  child.stdin.end(input);
  return new Promise((resolve) => {
    child.once('close', (code) => {
      resolve({ code, out, err });
    });
  });
}

describe('The command line, beside a service that runs', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startService();
  });
  afterAll(() => service.destroy());

  const status = async (secret: string): Promise<number> =>
    (await service.callAnonymously('get', '/memory/events').set('X-API-Key', secret)).status;

  it('makes a key that the service takes at once, and prints nothing else where a script reads', async () => {
    const args = [
      'keys',
      'create',
      '--name',
      'shell',
      '--role',
      'reader',
      '--expires',
      '2099-12-31 00:00:00',
    ];
    const { code, out, err } = await run(service.file, args);
    expect({ code, out }).toEqual({ code: 0, out: expect.stringMatching(/^jm_[\w-]{43}\n$/) });
    expect(err).toMatch(/role reader, until 2099-12-31T00:00:00.000Z/);
    expect(err).not.toContain(out.trim());
    expect(await status(out.trim())).toBe(200);
  });

  it('lists what is there, in one line a key whatever its name, and no key', async () => {
    const name = 'two\nlines \u001b[31mred';
    await service.call('post', '/auth/keys').send({ name, role: 'writer' }).expect(201);
    const { code, out } = await run(service.file, ['keys', 'list']);
    expect(code).toBe(0);
    const [head, first] = out.split('\n');
    expect(head).toMatch(/^ID +NAME +ROLE +CREATED +LAST USED +EXPIRES$/);
    expect(first).toMatch(/^\d+ +two\?lines \?\[31mred +writer +\S+Z +never +never$/);
    expect(out).not.toContain('jm_');
    expect(out).not.toMatch(/[0-9a-f]{64}/);
  });

  it.each([
    ['a command', ['\u001b[2J\u009b31m']],
    ['an option', ['keys', '--\u001b[2J\u009b31m']],
    ['the id of a key', ['keys', 'revoke', '\u001b[2J\u009b31m']],
    ['a file to check', ['check', 'no\u001b[2J\u009b31m.db']],
    ['a backup to restore', ['restore', 'no\u001b[2J\u009b31m.db']],
  ])('repeats nothing of %s that a terminal would obey', async (_, args) => {
    const { code, out, err } = await run(service.file, args);
    expect([code, err]).toEqual([1, expect.stringContaining('?[2J?31m')]);
    // eslint-disable-next-line no-control-regex
    expect(out + err).not.toMatch(/[\u001b\u009b]/);
  });

  it('revokes a key, which the service refuses from then on', async () => {
    const { id, secret } = await aKey(service, 'reader');
    expect(await status(secret)).toBe(200);
    expect((await run(service.file, ['keys', 'revoke', String(id)])).code).toBe(0);
    expect(await status(secret)).toBe(401);
    const again = await run(service.file, ['keys', 'revoke', String(id)]);
    expect(again).toEqual({ code: 1, out: '', err: `There is no key ${id}.\n` });
  });

  it.each([
    ['no name', ['create', '--role', 'reader'], /--name/],
    ['an empty name', ['create', '--name', '', '--role', 'reader'], /name must be text of 1 to 100/],
    ['no role', ['create', '--name', 'x'], /--role/],
    [
      'a role that there is not',
      ['create', '--name', 'x', '--role', 'root'],
      /operator, writer, reader, ingest/,
    ],
    ['a past end', ['create', '--name', 'x', '--role', 'reader', '--expires', '2020-01-01'], /future/],
    ['no moment', ['create', '--name', 'x', '--role', 'reader', '--expires', 'soon'], /ISO 8601/],
    ['an option that there is not', ['create', '--name', 'x', '--role', 'reader', '--all'], /--all/],
    ['no id', ['revoke'], /id/],
    ['an id that is none', ['revoke', '1; DROP TABLE api_keys'], /whole number/],
    ['a command that there is not', ['delete', '1'], /delete|help/i],
  ])('says what is wrong with %s, ends with 1 and changes nothing', async (_, args, message) => {
    const count = async (): Promise<number> =>
      (await service.call('get', '/auth/keys').expect(200)).body.keys.length;
    const before = await count();
    const { code, out, err } = await run(service.file, ['keys', ...args]);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(message);
    expect(err).not.toMatch(/^\s+at /m);
    expect(await count()).toBe(before);
  });

  it('sets no password where there is no database', async () => {
    const elsewhere = join(service.folder, 'elsewhere', 'jarvis.db');
    const { code, err } = await run(elsewhere, ['password'], `${NEXT}\n`);
    expect([code, err]).toEqual([1, expect.stringContaining('There is no database')]);
    expect(existsSync(dirname(elsewhere))).toBe(false);
  });

  it('sets the password, revokes all tokens, and shows the password nowhere', async () => {
    const { code, out, err } = await run(service.file, ['password'], `${NEXT}\nthis line is not read\n`);
    expect({ code, out }).toEqual({ code: 0, out: '' });
    expect(err).toContain('tokens are revoked');
    expect(err).not.toContain(NEXT);
    await new Promise((over) => setTimeout(over, 1010));
    await service.call('get', '/memory/events').expect(401);
    const login = (password: string): Promise<{ status: number }> =>
      service.callAnonymously('post', '/auth/login').send({ password });
    expect((await login(PASSWORD)).status).toBe(401);
    expect((await login(NEXT)).status).toBe(200);
    expect((await stat(`${service.file}.password-hash`)).mode & 0o777).toBe(0o600);
  });

  it.each([
    ['nothing', ''],
    ['an empty line', '\n'],
    ['eleven characters', 'x'.repeat(11)],
    ['1025 characters', 'x'.repeat(1025)],
  ])('takes no password that is %s', async (_, input) => {
    const kept = `${service.file}.password-hash`;
    const before = await readFile(kept, 'utf8');
    const { code, err } = await run(service.file, ['password'], input);
    expect(code).toBe(1);
    expect(err).toContain('nothing was changed');
    expect(await readFile(kept, 'utf8')).toBe(before);
  });
});

describe('The command line, without a service', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await temporaryFolder();
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('makes no database where there is none', async () => {
    for (const args of [['list'], ['create', '--name', 'x', '--role', 'reader'], ['revoke', '1']]) {
      const { code, out, err } = await run(join(folder, 'none.db'), ['keys', ...args]);
      expect({ code, out }).toEqual({ code: 1, out: '' });
      expect(err).toContain('There is no database');
    }
    expect(await readdir(folder)).toEqual([]);
  });

  it('changes nothing in a file that is not of this version', async () => {
    const file = join(folder, 'old.db');
    const handle = new Sqlite(file);
    handle.exec('CREATE TABLE events (id integer)');
    handle.close();
    const before = await readFile(file);
    const { code, err } = await run(file, ['keys', 'list']);
    expect(code).toBe(1);
    expect(err).toContain('start the service on it once');
    expect(await readFile(file)).toEqual(before);
  });

  it('leaves a database that was stopped as one file, with the keys in it', async () => {
    const service = await startService({ folder });
    await service.stop();
    const { out } = await run(service.file, ['keys', 'create', '--name', 'offline', '--role', 'reader']);
    expect(existsSync(`${service.file}-wal`)).toBe(false);
    const again = await startService({ folder });
    const call = again.callAnonymously('get', '/memory/events').set('X-API-Key', out.trim());
    await call.expect(200);
    await again.stop();
  });

  it.each(['keys', 'keys create', 'password'])('explains itself, with examples: %s', async (command) => {
    const { code, out } = await run(join(folder, 'none.db'), [...command.split(' '), '--help']);
    expect(code).toBe(0);
    expect(out).toMatch(/Examples:\n {2}jarvis-memory /);
  });
});
