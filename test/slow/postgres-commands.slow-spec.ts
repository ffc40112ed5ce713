import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { anEvent } from '../factories/index.js';
import { aLine, anExport } from '../factories/exports.js';
import { runCli, type CliResult } from '../support/cli.js';
import { createDatabase, type TestDatabase } from '../support/postgres/index.mjs';
import { startService, temporaryFolder, type TestService } from '../support/service.js';

const LOOK_MS = 1100;
const NEXT = 'a password of the shell';

describe('Commands on a PostgreSQL database', () => {
  let folder: string;
  let database: TestDatabase;
  let service: TestService;

  const cli = (...args: string[]): Promise<CliResult> => runCli(args, { DATABASE_URL: database.url });
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };

  beforeAll(async () => {
    folder = await temporaryFolder();
    database = await createDatabase();
  });
  afterAll(async () => {
    await service.destroy();
    await database.drop();
    await rm(folder, { recursive: true, force: true });
  });

  it('find no memory before there is one, and make none to look', async () => {
    for (const args of [['keys', 'list'], ['export']]) {
      const { code, stdout, stderr } = await cli(...args);
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toContain('start the service on it once');
    }
    const dry = await cli('import', '-q', '--dry-run', file('one.ndjson', anExport([aLine.event(1)])));
    expect(dry).toMatchObject({ code: 0, stdout: expect.stringContaining('Would import 1 of kind event') });
    expect(await database.query(`select to_regclass('events') as events`)).toEqual([{ events: null }]);
  });

  it('import into it, also while it is served, and again without effect', async () => {
    const path = file('two.ndjson', anExport([aLine.event(3), aLine.preference('ui.theme')]));
    expect(await cli('import', '-q', path)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('Imported 1 of kind event; 0'),
    });
    service = await startService({ environment: { DATABASE_URL: database.url } });
    expect(existsSync(service.file)).toBe(false);
    expect((await cli('import', '-q', path)).stdout).toContain('Imported 0 of kind event; 1 were there');
    const { body } = await service.call('post', '/memory/events').send(anEvent()).expect(201);
    expect(body).toMatchObject({ event: { id: 4 } });
  });

  it('export what it holds', async () => {
    const { code, stdout, stderr } = await cli('export', '-q', '--kind', 'event');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(
      stdout
        .split('\n')
        .slice(1, -2)
        .map((line) => JSON.parse(line).id),
    ).toEqual([3, 4]);
  });

  it('check it, and name a damaged block', async () => {
    expect(await cli('check')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/: in order\n[^]* {2}events: 2 rows\n/),
    });
    await database.query(`INSERT INTO snapshot_blocks (count, digest, body) VALUES (1, 'none', '\\x00')`);
    const { code, stdout } = await cli('check', '--quiet');
    expect({ code, stdout }).toEqual({
      code: 2,
      stdout: expect.stringMatching(/! snapshot_blocks: block \d+: /),
    });
    await database.query('DELETE FROM snapshot_blocks');
  });

  it('make, list and revoke keys, which the service takes at once', async () => {
    const made = await cli('keys', 'create', '--name', 'shell', '--role', 'reader');
    expect(made.stdout).toMatch(/^jm_[\w-]{43}\n$/);
    await sleep(LOOK_MS);
    const call = (): Promise<{ status: number }> =>
      service.callAnonymously('get', '/memory/events').set('X-API-Key', made.stdout.trim());
    expect((await call()).status).toBe(200);
    expect((await cli('keys', 'list')).stdout).toMatch(/^1 +shell +reader/m);
    expect((await cli('keys', 'revoke', '1')).code).toBe(0);
    await sleep(LOOK_MS);
    expect((await call()).status).toBe(401);
  });

  it('set the password in the database, which ends all tokens', async () => {
    const child = spawn(process.execPath, ['dist/src/cli/main.js', 'password'], {
      env: { PATH: process.env['PATH'], DATABASE_URL: database.url },
    });
    let told = '';
    child.stderr.on('data', (chunk) => (told += String(chunk)));
    child.stdin.end(`${NEXT}\n`);
    expect(await once(child, 'close')).toEqual([0, null]);
    expect(told).toMatch(/tokens are revoked\. Its hash is in the table `secrets`/);
    await sleep(LOOK_MS);
    await service.call('get', '/memory/events').expect(401);
    await service.callAnonymously('post', '/auth/login').send({ password: NEXT }).expect(200);
  });
});

describe('A PostgreSQL database that cannot be used', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createDatabase();
  });
  afterAll(() => database.drop());

  const SECRET = 'hunter2/\u00e9!';
  /** The URL with another password, and with another host or database where they are given. */
  const wrong = (change: (url: URL) => unknown): string => {
    const url = new URL(database.url);
    url.password = encodeURIComponent(SECRET);
    change(url);
    return url.href;
  };

  const toNowhere = (url: URL): void => {
    url.hostname = 'db.invalid';
    url.searchParams.delete('host');
  };

  it.each([
    ['password', () => undefined, /user or the password|does not exist|cannot be/],
    ['database', (url: URL): unknown => (url.pathname = '/nowhere'), /./],
    ['host', toNowhere, /reached/],
  ] as const)('for its %s: a command says so and shows the password in no form', async (_, change, told) => {
    const url = wrong(change);
    const { code, stdout, stderr } = await runCli(['keys', 'list'], { DATABASE_URL: url });
    // Where the server trusts everybody the password is not wrong, and the database has no memory yet.
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(told);
    for (const form of [SECRET, encodeURIComponent(SECRET), new URL(url).password])
      expect(stderr).not.toContain(form);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it('is served as down, and no log or answer holds the password', async () => {
    const DATABASE_URL = wrong((url) => (url.pathname = '/nowhere'));
    const service = await startService({ environment: { DATABASE_URL } });
    service.recorded.protect(SECRET, new URL(DATABASE_URL).password);
    for (const path of ['/health', '/metrics', '/memory/events']) {
      const { text } = await service.call('get', path);
      for (const form of [SECRET, encodeURIComponent(SECRET)]) expect(text).not.toContain(form);
    }
    await service.call('get', '/health').expect(503);
    await service.destroy();
  });
});
