import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { copyFile, cp, mkdir, open, readFile, readdir, rm, type FileHandle } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import Sqlite from 'better-sqlite3';
import { fill } from '../demo/fill.js';
import { makeHomelabMemory } from '../demo/homelab-day.js';
import { SECRETS_BESIDE_FILE } from '../src/auth/index.js';
import { namedTarget } from '../src/config/index.js';
import { KEPT_TABLES } from '../src/database/copy/kept-tables.js';
import { moveMemory, type CopyReport, type SecretsBeside } from '../src/database/move.js';
import { runCli, type CliResult } from './support/cli.js';
import { createDatabase, type TestDatabase } from './support/postgres/index.mjs';
import { anEvent } from './factories/index.js';
import { PASSWORD, startService, temporaryFolder, type TestService } from './support/service.js';

const SEED = 7;
const PATHS = [
  '/memory/events?limit=200',
  '/memory/events/unresolved',
  '/memory/events/stats?since=2026-11-20T00:00:00.000Z&until=2026-11-22T20:00:00.000Z',
  '/memory/conversations?limit=3',
  '/memory/snapshots?limit=3',
  '/memory/snapshots/latest',
  '/memory/preferences',
  '/memory/preferences/ui.theme/history',
  '/memory/usage?groupBy=model',
  '/auth/keys',
];

const move = (from: string, to: string, environment: Record<string, string> = {}): Promise<CliResult> =>
  runCli(['move', '-q', '--from', from, '--to', to], environment);
const digestOf = async (file: string): Promise<string> =>
  createHash('sha256')
    .update(await readFile(file))
    .digest('hex');

/** Of the change feed. */
function identityIn(file: string): unknown {
  const handle = new Sqlite(file, { readonly: true });
  try {
    return handle.prepare('SELECT identity FROM feed_head').pluck().get();
  } finally {
    handle.close();
  }
}

/** Where answers differ, in part: they may be long. */
function differing(found: Map<string, string>, expected: Map<string, string>): string[] {
  return [...expected].flatMap(([path, text]) => {
    const other = found.get(path) ?? '';
    const at = [...text].findIndex((character, index) => character !== other[index]);
    return other === text
      ? []
      : [`${path}: ${text.slice(at - 60, at + 40)} / ${other.slice(at - 60, at + 40)}`];
  });
}

/** The lines of the table that the command prints, without its head. */
const linesOf = ({ stdout }: CliResult): string[] =>
  stdout.split('\n').filter((line) => /^\w+ +\d+ +\d+ +[0-9a-f]{16} +[0-9a-f]{16}$/.test(line));

describe('A memory that is moved to PostgreSQL and back', () => {
  let folder: string;
  let database: TestDatabase;
  let token: string;
  let revoked: string;
  const before = new Map<string, string>();
  const file = (name: string): string => join(folder, name);
  let moved: string[];
  let lastId: number;

  const start = (home: string, environment: Record<string, string | undefined>): Promise<TestService> =>
    startService({ folder: home, environment: { JWT_SECRET: undefined, ...environment } });
  const as = (service: TestService, credential: string) => (path: string) =>
    service.callAnonymously('get', path).set('Authorization', `Bearer ${credential}`);
  const answers = async (service: TestService): Promise<Map<string, string>> => {
    const ask = as(service, token);
    const found = new Map<string, string>();
    for (const path of PATHS) found.set(path, (await ask(path).expect(200)).text);
    return found;
  };

  const logIn = async (service: TestService): Promise<string> => {
    const { body } = await service
      .callAnonymously('post', '/auth/login')
      .send({ password: PASSWORD })
      .expect(200);
    return body.token as string;
  };

  beforeAll(async () => {
    folder = await temporaryFolder();
    database = await createDatabase();
    await fill({ file: file('jarvis.db') }, makeHomelabMemory(SEED, new Date('2026-11-22T20:15:00.000Z')));
    const service = await start(folder, {});
    [token, revoked] = [await logIn(service), await logIn(service)];
    await service
      .callAnonymously('post', '/auth/logout')
      .set('Authorization', `Bearer ${revoked}`)
      .expect(204);
    await service.call('post', '/auth/keys').send({ name: 'monitor', role: 'writer' }).expect(201);
    await service.call('put', '/memory/preferences/ui.theme').send({ value: 'dark' }).expect(200);
    await service.call('put', '/memory/preferences/ui.theme').send({ value: 'light' }).expect(200);
    // The last ids that were given out have no rows.
    const { body: last } = await service.call('post', '/memory/events').send(anEvent()).expect(201);
    lastId = last.event.id as number;
    await service.stop();
    const handle = new Sqlite(file('jarvis.db'));
    handle.prepare('DELETE FROM events WHERE id = ?').run(lastId);
    handle.close();
    const again = await start(folder, {});
    for (const [path, text] of await answers(again)) before.set(path, text);
    await again.stop();
  });
  afterAll(async () => {
    await database.drop();
    await rm(folder, { recursive: true, force: true });
  });

  it('is the same on both sides, and leaves the source as it was', async () => {
    const [digest, secrets] = [
      await digestOf(file('jarvis.db')),
      await readFile(file('jarvis.db.jwt-secret'), 'utf8'),
    ];
    const result = await move(file('jarvis.db'), database.url);
    expect(result).toMatchObject({ code: 0, stderr: '' });
    expect(result.stdout).toContain('both sides hold the same');
    expect(result.stdout).not.toContain(new URL(database.url).password);
    moved = linesOf(result);
    expect(moved.length).toBe(KEPT_TABLES.length);
    expect(await digestOf(file('jarvis.db'))).toBe(digest);
    expect(await readFile(file('jarvis.db.jwt-secret'), 'utf8')).toBe(secrets);
    expect((await readdir(folder)).filter((name) => /part|-wal|-shm/.test(name))).toEqual([]);
  });

  it('comes back as it went', async () => {
    const result = await move(database.url, file('back.db'));
    expect(result).toMatchObject({ code: 0, stderr: '' });
    expect(linesOf(result)).toEqual(moved);
    expect(statSync(file('back.db')).mode & 0o777).toBe(0o600);
    expect(statSync(file('back.db.jwt-secret')).mode & 0o777).toBe(0o600);
    expect(identityIn(file('back.db'))).not.toBe(identityIn(file('jarvis.db')));
    expect(await runCli(['check', file('back.db')])).toMatchObject({ code: 0, stderr: '' });
  });

  it('is not there, or whole, wherever it is killed while it is put in place', async () => {
    const states: string[] = [];
    const noteState = async (): Promise<void> => {
      states.push(file(`killed-${states.length}`));
      await cp(file('placed'), states.at(-1)!, { recursive: true });
    };
    const noting: SecretsBeside = {
      ...SECRETS_BESIDE_FILE,
      prepare: async (path, secrets) => {
        await noteState();
        await SECRETS_BESIDE_FILE.prepare(path, secrets);
        await noteState();
      },
      replace: async (path, secrets) => {
        await noteState();
        return SECRETS_BESIDE_FILE.replace(path, secrets);
      },
    };
    const moveTo = (folderOf: string, secrets: SecretsBeside): Promise<CopyReport> =>
      moveMemory(namedTarget(file('jarvis.db')), namedTarget(join(folderOf, 'jarvis.db')), secrets, {});
    await mkdir(file('placed'));
    await moveTo(file('placed'), noting);
    const [before, prepared, named] = states as [string, string, string];
    for (const state of [before, prepared]) {
      expect(existsSync(join(state, 'jarvis.db'))).toBe(false);
      expect(SECRETS_BESIDE_FILE.read(join(state, 'jarvis.db'))).toEqual([]);
    }
    await moveTo(prepared, SECRETS_BESIDE_FILE);
    const service = await start(named, {});
    await as(service, token)('/memory/events').expect(200);
    await service.stop();
    for (const state of [prepared, named])
      expect((await readdir(state)).filter((name) => name.includes('part'))).toEqual([]);
  });

  it('is on the disk before its secrets are laid ready, and those before it has its name', async () => {
    const steps: string[] = [];
    const handle = await open(file('jarvis.db'));
    const synced = jest.spyOn(Object.getPrototypeOf(handle) as FileHandle, 'sync');
    await handle.close();
    synced.mockImplementation(function (this: FileHandle) {
      steps.push(basename(readlinkSync(`/proc/self/fd/${this.fd}`)).replace(/[0-9a-f]{12}/, 'id'));
      return this.datasync();
    });
    const noting: SecretsBeside = {
      ...SECRETS_BESIDE_FILE,
      replace: (path, secrets) => {
        steps.push('in place');
        return SECRETS_BESIDE_FILE.replace(path, secrets);
      },
    };
    await mkdir(file('synced'));
    const to = namedTarget(file('synced/jarvis.db'));
    const { waiting } = await moveMemory(namedTarget(file('jarvis.db')), to, noting, {});
    synced.mockRestore();
    expect(waiting).toEqual([]);
    const part = 'jarvis.db.move.part';
    expect(steps.slice(0, steps.indexOf('in place'))).toEqual([
      part,
      ...['jwt-secret', 'password-hash'].flatMap((name) => [`${part}.${name}.id.part`, 'synced']),
      part,
      'synced',
    ]);
  });

  it('says which secret cannot be given its place yet, and serves by it all the same', async () => {
    await mkdir(file('blocked/jarvis.db.jwt-secret/inside'), { recursive: true });
    const { code, stdout, stderr } = await move(file('jarvis.db'), file('blocked/jarvis.db'));
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: expect.stringContaining('jarvis.db.move.part.jwt-secret cannot be renamed'),
    });
    expect(stdout).toContain('both sides hold the same');
    await rm(file('blocked/jarvis.db.jwt-secret'), { recursive: true });
    const service = await start(file('blocked'), {});
    await as(service, token)('/memory/events').expect(200);
    await service.stop();
    expect((await readdir(file('blocked'))).filter((name) => name.includes('part'))).toEqual([]);
  });

  it.each(['PostgreSQL', 'the file that came back'])(
    'answers the same bytes in %s, to the same tokens, and goes on with its ids',
    async (place) => {
      const where = place === 'PostgreSQL' ? { DATABASE_URL: database.url } : { DB_PATH: file('back.db') };
      const service = await start(file('elsewhere'), where);
      try {
        expect(differing(await answers(service), before)).toEqual([]);
        await as(service, revoked)('/memory/events').expect(401);
        const saved = await service.call('post', '/memory/events').send(anEvent()).expect(201);
        expect(saved.body.event.id).toBe(lastId + 1);
      } finally {
        await service.stop();
      }
    },
  );

  it('goes there and back by the commands of the page on moving', async () => {
    const fresh = await createDatabase();
    const commands = [...readFileSync('docs/20-moving.md', 'utf8').matchAll(/```sh moving\n([\s\S]*?)```/g)];
    expect(commands.length).toBe(2);
    const script = commands
      .map(([, text]) => text!)
      .join('')
      .replaceAll(
        'npx jarvis-memory',
        `"${process.execPath}" ${join(process.cwd(), 'dist/src/cli/main.js')}`,
      );
    try {
      await mkdir(file('data'));
      await copyFile(file('jarvis.db'), file('data/jarvis.db'));
      const { stdout } = await promisify(execFile)('bash', ['--norc', '-euc', script], {
        cwd: folder,
        env: { PATH: process.env['PATH'], DATABASE_URL: fresh.url },
      });
      expect(stdout.match(/both sides hold the same/g)).toHaveLength(2);
    } finally {
      await fresh.drop();
    }
  });
});
