import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import Sqlite from 'better-sqlite3';
import { withKeysService } from '../../src/auth/index.js';
import { Database, type DatabaseOptions } from '../../src/database/index.js';
import { SqliteReadSnapshot } from '../../src/database/sqlite/queries/read-snapshot.js';
import { exitCodeOf, EXIT } from '../../src/cli/exit.js';
import { FileLock } from '../../src/database/sqlite/file/lock.js';
import { openAlongside } from '../../src/database/sqlite/file/open.js';
import { MAX_ID } from '../../src/database/sqlite/file/foreign-objects.js';
import { makeFirstBackendFile } from '../support/first-backend.js';
import { runCli, type CliResult } from '../support/cli.js';
import { canMount, megabytes, SmallDisk } from '../support/small-disk.js';
import { startService, temporaryFolder } from '../support/service.js';

// Most of them start processes.
jest.setTimeout(120_000);

let folder: string;
let file: string;
const log: string[] = [];
beforeEach(async () => {
  log.length = 0;
  folder = await temporaryFolder();
  file = join(folder, 'jarvis.db');
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

async function open(options: Partial<DatabaseOptions> = {}): Promise<Database> {
  const take = (message: unknown): void => void log.push(String(message));
  return Database.open({ file, logger: { log: take, warn: take, error: take }, ...options });
}

/** Makes a memory with one preference, and leaves it stopped. */
async function make(name: string, at = file): Promise<void> {
  const database = await open({ file: at });
  await database.write((manager) =>
    manager.query(`INSERT INTO preferences VALUES ('${name}', 'v', '2026-01-01T00:00:00.000Z')`),
  );
  if (existsSync(`${at}-wal`)) copyFileSync(`${at}-wal`, `${at}.log`);
  await database.onApplicationShutdown();
}

function change(sql: string, at = file): void {
  const handle = new Sqlite(at);
  handle.unsafeMode(true);
  handle.exec(sql);
  handle.close();
}

/** Holds the file as a process does that serves it. */
function lockFile(path: string): FileLock {
  const lock = FileLock.take(path);
  lock.begin();
  return lock;
}

const cli = (...args: string[]): Promise<CliResult> => runCli(args, { DB_PATH: file });
const names = (): string[] => readdirSync(folder).sort();
const createKey = ['keys', 'create', '--name', 'x', '--role', 'reader'];

async function downBecause(): Promise<string | undefined> {
  const database = await open();
  const status = await database.status();
  await database.onApplicationShutdown();
  return status.status === 'down' ? status.reason : undefined;
}

describe('A write-ahead log of another file, beside one that nobody serves', () => {
  it('is neither read nor applied by any command', async () => {
    const other = join(folder, 'other.db');
    await make('ours');
    await make('theirs', other);
    copyFileSync(`${other}.log`, `${file}-wal`);
    const before = [readFileSync(file), readFileSync(`${file}-wal`)];
    for (const args of [
      ['keys', 'list'],
      createKey,
      ['keys', 'revoke', '1'],
      ['check'],
      ['export', '-q'],
      ['backup', '-q', '--to', join(folder, 'copy.db')],
    ]) {
      const { code, stdout, stderr } = await cli(...args);
      expect([args, code, stdout]).toEqual([args, 1, '']);
      expect(stderr).toMatch(/log beside it is not its own/);
    }
    expect([readFileSync(file), readFileSync(`${file}-wal`)]).toEqual(before);
    const database = await open();
    expect(await database.reader.query('SELECT key FROM preferences')).toEqual([{ key: 'ours' }]);
    await database.onApplicationShutdown();
  });
});

describe('While somebody has the file', () => {
  beforeEach(() => make('ours'));

  it.each(['restoring', 'importing into', 'starting on'] as const)(
    'and is %s it, every command ends with 3 and changes nothing',
    async (doing) => {
      const before = readFileSync(file);
      const lock = FileLock.take(file, doing);
      try {
        for (const args of [['keys', 'list'], createKey, ['check'], ['export', '-q']]) {
          const { code, stdout, stderr } = await cli(...args);
          expect([args, code, stdout]).toEqual([args, 3, '']);
          expect(stderr).toContain(`(${process.pid}) has the database ${file} and is ${doing} it`);
        }
      } finally {
        lock.release();
      }
      expect(readFileSync(file)).toEqual(before);
    },
  );

  it('a key for a file that was replaced meanwhile is not acknowledged', async () => {
    const other = join(folder, 'other.db');
    await make('theirs', other);
    const lock = lockFile(file);
    const made = withKeysService({ file }, 'write', async (keys) => {
      const key = await keys.createKey({ name: 'x', role: 'reader' });
      renameSync(file, `${file}.replaced`);
      copyFileSync(other, file);
      return key;
    });
    await expect(made).rejects.toThrow(/replaced meanwhile/);
    lock.release();
  });
});

/** Another process that has the lock until its input ends. */
async function holdElsewhere(doing: number): Promise<{ release: () => void }> {
  const child = spawn(process.execPath, [
    '-e',
    `const handle = new (require('better-sqlite3'))(${JSON.stringify(`${file}.lock`)});
     handle.pragma('application_id = ' + process.pid);
     handle.pragma('user_version = ${doing}');
     handle.exec('BEGIN EXCLUSIVE');
     console.log('held');
     process.stdin.resume().on('end', () => handle.close());`,
  ]);
  await once(child.stdout, 'data');
  return { release: () => child.stdin.end() };
}

describe('A start on a file that another process has', () => {
  const STARTING = 1;
  const SERVING = 2;
  let tries: number;
  let onRefusal: () => void;
  beforeEach(async () => {
    await make('ours');
    tries = 0;
    const take = FileLock.take.bind(FileLock);
    jest.spyOn(FileLock, 'take').mockImplementation((...args) => {
      tries++;
      try {
        return take(...args);
      } catch (error) {
        onRefusal();
        throw error;
      }
    });
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });

  it('waits for a command that has it for a moment', async () => {
    const { release } = await holdElsewhere(STARTING);
    onRefusal = release;
    expect(await downBecause()).toBeUndefined();
    expect(tries).toBeGreaterThan(1);
  });

  it('does not wait for one that serves it', async () => {
    const { release } = await holdElsewhere(SERVING);
    onRefusal = () => undefined;
    await expect(open()).rejects.toMatchObject({ code: 'DATABASE_IN_USE', purpose: 'serving' });
    expect(tries).toBe(1);
    release();
  });
});

describe('The lock', () => {
  beforeEach(() => make('ours'));

  it('is let go where the note of its holder cannot be written', () => {
    const fault = Object.assign(new Error('read-only'), { code: 'SQLITE_READONLY' });
    const pragma = Reflect.get(Sqlite.prototype, 'pragma');
    jest.spyOn(Sqlite.prototype, 'pragma').mockImplementation(function (this: Sqlite.Database, ...args) {
      if (args[0].startsWith('application_id')) throw fault;
      return pragma.apply(this, args);
    });
    expect(() => FileLock.take(file)).toThrow(fault);
    jest.restoreAllMocks();
    FileLock.take(file).release();
  });

  it('counts as held where it cannot be read', async () => {
    chmodSync(folder, 0o755);
    chmodSync(file, 0o644);
    chmodSync(`${file}.lock`, 0);
    const isRoot = process.geteuid?.() === 0;
    if (isRoot) process.seteuid?.(65_534);
    try {
      const error: unknown = await openAlongside(file, 'read', () => undefined).catch(
        (thrown: unknown) => thrown,
      );
      expect(error).toMatchObject({
        message: expect.stringMatching(/jarvis\.db\.lock cannot be read \(SQLITE_/),
      });
      expect(exitCodeOf(error)).toBe(EXIT.IN_USE);
    } finally {
      if (isRoot) process.seteuid?.(0);
    }
  });
});

/** Writes to the file as a service does that begins and is killed. */
function writeAndDie(): void {
  spawnSync(process.execPath, [
    '-e',
    `const handle = new (require('better-sqlite3'))(${JSON.stringify(file)});
     handle.exec("INSERT INTO preferences VALUES ('killed', 'v', '2026-01-01T00:00:00.000Z')");
     process.kill(process.pid, 'SIGKILL');`,
  ]);
}

describe('What only reads a file that nobody serves', () => {
  beforeEach(() => make('ours'));

  it.each(['openAlongside', 'Database.openAlongside'])(
    'leaves the log of a service that began meanwhile and was killed: %s',
    async (way) => {
      const read = async (): Promise<void> => {
        const rows = SqliteReadSnapshot.open(file);
        expect(await rows.count('preference')).toBe(1);
        writeAndDie();
        await rows.close();
      };
      if (way === 'openAlongside') await openAlongside(file, 'read', read);
      else
        await Database.openAlongside({ file }, 'read', async (database) => {
          await database.reader.query('SELECT 1 FROM preferences');
          await read();
        });
      expect(statSync(`${file}-wal`).size).toBeGreaterThan(32);
    },
  );

  it('leaves nothing beside it', async () => {
    const before = names();
    for (const args of [['keys', 'list'], ['check'], ['export', '-q']])
      expect((await cli(...args)).code).toBe(0);
    expect(names()).toEqual(before);
  });
});

const EVIL = "INSERT INTO api_keys (name, role, hash, created_at) VALUES ('evil', 'operator', 'x', 'y')";
const DISGUISES: [string, string][] = [
  ['plain', `CREATE TRIGGER t AFTER INSERT ON events BEGIN ${EVIL}; END`],
  ['quoted', `CREATE TRIGGER t AFTER INSERT ON events BEGIN ${EVIL.replace('api_keys', '"api_keys"')}; END`],
  [
    'in brackets',
    `CREATE TRIGGER t AFTER INSERT ON events BEGIN ${EVIL.replace('api_keys', '[API_keys]')}; END`,
  ],
  [
    'in backticks, with comments',
    `CREATE /**/ TRIGGER t AFTER INSERT ON events BEGIN ${EVIL.replace('INTO api_keys', 'INTO/*x*/`Api_Keys`')}; END`,
  ],
  [
    'under the name of one of ours',
    `CREATE TRIGGER conversation_sessions_on_events AFTER INSERT ON events BEGIN ${EVIL}; END`,
  ],
  [
    'behind a view',
    `CREATE VIEW v AS SELECT 1 AS a; CREATE TRIGGER u INSTEAD OF INSERT ON v BEGIN ${EVIL}; END;
     CREATE TRIGGER t AFTER INSERT ON events BEGIN INSERT INTO v VALUES (1); END`,
  ],
  [
    'on the ended tokens',
    'CREATE TRIGGER t AFTER INSERT ON revoked_tokens BEGIN DELETE FROM revoked_tokens; END',
  ],
  ['a view that tells digests', 'CREATE VIEW v AS SELECT hash FROM api_keys'],
  [
    'a table that is replaced',
    'DROP TABLE revoked_tokens; CREATE VIEW revoked_tokens AS SELECT 1 AS token_id, 2 AS expires_at',
  ],
  ['an index with a rule', 'CREATE UNIQUE INDEX one_role ON api_keys (role)'],
  ['a search index of it', `CREATE VIRTUAL TABLE f USING fts5 (name, content='api_keys')`],
  [
    'a second name of the table',
    `CREATE TABLE notes (id integer PRIMARY KEY, a, b, c, d, e, f);
     PRAGMA writable_schema = ON;
     UPDATE sqlite_schema SET rootpage = (SELECT rootpage FROM sqlite_schema WHERE name = 'api_keys') WHERE name = 'notes'`,
  ],
  [
    'with a type that lies',
    `CREATE TRIGGER t AFTER INSERT ON events BEGIN ${EVIL}; END; PRAGMA writable_schema = ON;
     UPDATE sqlite_schema SET type = 'table', name = 'u', tbl_name = 'u' WHERE name = 't'`,
  ],
];

describe('A back door to the API keys', () => {
  let clean: string;
  beforeAll(async () => {
    clean = await temporaryFolder();
    await make('ours', join(clean, 'jarvis.db'));
  });
  afterAll(() => {
    rmSync(clean, { recursive: true, force: true });
  });

  it.each(DISGUISES)('%s: is named, and not served', async (_, sql) => {
    copyFileSync(join(clean, 'jarvis.db'), file);
    change(sql);
    expect(await downBecause()).toMatch(/not ours and touches API keys or revoked tokens: \S+ "/);
  });

  it('is named by check and by restore, which leaves it out, and no key is made through it', async () => {
    copyFileSync(join(clean, 'jarvis.db'), file);
    const backup = join(folder, 'backup.db');
    copyFileSync(file, backup);
    change(DISGUISES[0]![1], backup);
    expect(await runCli(['check', backup])).toMatchObject({
      code: 2,
      stdout: expect.stringContaining('trigger "t"'),
    });
    expect(await cli('restore', backup)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('trigger "t" on "events"'),
    });
    change(DISGUISES[0]![1]);
    expect(await cli(...createKey)).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining('"t"'),
    });
  });

  it('that another program makes while the file is served ends all reading and writing at once', async () => {
    const service = await startService({ folder });
    const { body } = await service.call('post', '/auth/keys').send({ name: 'a', role: 'reader' }).expect(201);
    const withKey = (): ReturnType<typeof service.call> =>
      service.callAnonymously('get', '/memory/preferences').set('X-API-Key', body.secret);
    await withKey().expect(200);
    change(DISGUISES[0]![1]);
    await withKey().expect(503);
    await service.call('put', '/memory/preferences/a').send({ value: 'b' }).expect(503);
    const { text } = await service.callAnonymously('get', '/health').expect(503);
    expect(text).toContain('trigger \\"t\\" on \\"events\\"');
    await service.stop();
    const handle = new Sqlite(file, { readonly: true });
    expect(handle.prepare('SELECT name FROM api_keys').pluck().all()).toEqual(['a']);
    handle.close();
  });

  it('and a newer version are refused by the command line of TypeORM as well', () => {
    const args = ['node_modules/typeorm/cli.js', '-d', 'dist/ormconfig.js', 'migration:show'];
    const show = (): { status: number | null; text: string } => {
      const { status, stdout, stderr } = spawnSync(process.execPath, args, {
        env: { PATH: process.env['PATH'], DB_PATH: file },
        encoding: 'utf8',
      });
      return { status, text: stdout + stderr };
    };
    copyFileSync(join(clean, 'jarvis.db'), file);
    expect(show()).toMatchObject({ status: 0, text: expect.stringContaining('[X]') });
    change("INSERT INTO memory_migrations (timestamp, name) VALUES (9, 'FromTheFuture9')");
    expect(show()).toMatchObject({ status: 1, text: expect.stringContaining('FromTheFuture9') });
    copyFileSync(join(clean, 'jarvis.db'), file);
    change(DISGUISES[0]![1]);
    expect(show()).toMatchObject({ status: 1, text: expect.stringContaining('trigger "t" on "events"') });
  });

  it('is found by the write itself, where nobody was let in since', async () => {
    const database = await open();
    change(DISGUISES[0]![1]);
    await expect(database.write((manager) => manager.query('DELETE FROM preferences'))).rejects.toThrow(
      /touches API/,
    );
    await database.onApplicationShutdown();
  });
});

describe('Triggers and views of the owner', () => {
  it('are served, and named at start, by check and by restore', async () => {
    await make('ours');
    change(`CREATE TABLE notes (a); CREATE VIEW recent AS SELECT * FROM events;
      CREATE TRIGGER note AFTER INSERT ON events BEGIN INSERT INTO notes VALUES (NEW.id); END`);
    expect(await downBecause()).toBeUndefined();
    expect(log.join('\n')).toMatch(/Not made by this service: view "recent", trigger "note" on "events"/);
    expect((await cli('check')).stdout).toContain('(not made by this service: trigger "note" on "events")');
    const backup = join(folder, 'backup.db');
    await cli('backup', '-q', '--to', backup);
    expect((await cli('restore', '-q', backup)).stdout).toContain('not made by this service: view "recent"');
  });
});

describe('The API keys of a backup', () => {
  it('are listed by restore, and left out where that is asked for', async () => {
    await make('ours');
    await cli(...createKey);
    const backup = join(folder, 'backup.db');
    await cli('backup', '-q', '--to', backup);
    expect((await cli('restore', '-q', backup)).stdout).toMatch(
      /give access now[^\n]*\nID +NAME +ROLE\n1 +x +reader\n/,
    );
    const { stdout } = await cli('restore', '-q', '--without-keys', backup);
    expect(stdout).toContain('  api_keys: 0 rows');
    expect(stdout).not.toMatch(/reader/);
    expect((await cli('keys', 'list')).stdout.trim().split('\n')).toHaveLength(1);
  });

  it.each(['api_keys', 'Revoked_Tokens', 'conversation_sessions'])(
    'cannot be brought by a file of the first backend: one with a table %s is refused',
    async (table) => {
      makeFirstBackendFile(file, { rows: 3 });
      change(`CREATE TABLE "${table}" (id integer PRIMARY KEY, name, role, hash, token_id)`);
      expect(await downBecause()).toContain(`has "${table}" (table), which this service has not made`);
      const backup = join(folder, 'backup.db');
      copyFileSync(file, backup);
      rmSync(file);
      expect(await cli('restore', backup)).toMatchObject({ code: 2, stderr: expect.stringContaining(table) });
    },
  );
});

describe('Ids that are nearly used up', () => {
  it.each([
    ['the last one given out', `UPDATE sqlite_sequence SET seq = ${MAX_ID + 1} WHERE name = 'events'`],
    ['past all integers', `UPDATE sqlite_sequence SET seq = 9223372036854775807 WHERE name = 'events'`],
    [
      'of a row',
      `INSERT INTO events (id, timestamp, type, source, summary) VALUES (${MAX_ID + 1}, '2026-01-01T00:00:00.000Z', 'status', 'user', 'x')`,
    ],
  ])('are refused by name at start, by check and by restore: %s', async (_, sql) => {
    await make('ours');
    change(`INSERT INTO sqlite_sequence VALUES ('events', 5); ${sql}`);
    expect(await downBecause()).toContain('nearly used up (events)');
    expect(await cli('check')).toMatchObject({ code: 2, stdout: expect.stringContaining('events: its ids') });
    const backup = join(folder, 'backup.db');
    copyFileSync(file, backup);
    expect(await cli('restore', backup)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('(events)'),
    });
  });
});

describe('The files beside a database', () => {
  it('and the database itself are for their owner only; what was there keeps its mode', async () => {
    const service = await startService({
      folder,
      environment: { JWT_SECRET: undefined, JARVIS_PASSWORD: undefined, DISK_RESERVE: '1MB' },
    });
    await service.call('put', '/memory/preferences/a').send({ value: 'b' }).expect(200);
    while (!existsSync(`${file}.reserve`)) await new Promise(setImmediate);
    for (const name of names())
      expect([name, statSync(join(folder, name)).mode & 0o777]).toEqual([name, 0o600]);
    expect(names()).toEqual(
      expect.arrayContaining(['jarvis.db-wal', 'jarvis.db-shm', 'jarvis.db.lock', 'jarvis.db.jwt-secret']),
    );
    await service.stop();
    writeFileSync(join(folder, 'wide.db'), '', { mode: 0o644 });
    await make('wide', join(folder, 'wide.db'));
    expect(statSync(join(folder, 'wide.db')).mode & 0o777).toBe(0o644);
  });

  it('are not followed where they are links', async () => {
    await make('ours');
    const victim = join(folder, 'victim');
    writeFileSync(victim, 'a letter');
    rmSync(`${file}.lock`);
    symlinkSync(victim, `${file}.lock`);
    expect(await downBecause()).toMatch(/lock beside it is a symbolic link/);
    rmSync(`${file}.lock`);
    for (const name of ['.reserve', '.reserve.part']) {
      symlinkSync(victim, `${file}${name}`);
      const database = await open({ disk: { reserveBytes: megabytes(1), minFreeBytes: 0 } });
      while (!log.some((line) => line.includes('reserve') && line.includes('symbolic link')))
        await new Promise(setImmediate);
      await database.onApplicationShutdown();
      rmSync(`${file}${name}`);
      log.length = 0;
    }
    symlinkSync(victim, `${file}.jwt-secret`);
    const service = await startService({ folder, environment: { JWT_SECRET: undefined } });
    await service.stop();
    symlinkSync(victim, `${file}-wal`);
    expect(await downBecause()).toBeUndefined();
    expect(readFileSync(victim, 'utf8')).toBe('a letter');
  });

  it('lie beside the real file where DB_PATH is a link', async () => {
    const real = join(folder, 'real');
    mkdirSync(real);
    symlinkSync(join(real, 'jarvis.db'), file);
    const service = await startService({
      folder,
      environment: { JWT_SECRET: undefined, JARVIS_PASSWORD: undefined },
    });
    await service.stop();
    expect(names()).toEqual(['jarvis.db', 'real']);
    expect(readdirSync(real).sort()).toEqual([
      'jarvis.db',
      'jarvis.db.jwt-secret',
      'jarvis.db.lock',
      'jarvis.db.password-hash',
    ]);
  });

  it('are not made beside a file that is refused', async () => {
    change('CREATE TABLE songs (a); INSERT INTO songs VALUES (1)');
    const service = await startService({
      folder,
      environment: { JWT_SECRET: undefined, JARVIS_PASSWORD: undefined, DISK_RESERVE: '1MB' },
    });
    await service.callAnonymously('get', '/health').expect(503);
    await service.stop();
    expect(await cli('keys', 'list')).toMatchObject({ code: 1 });
    expect(await cli(...createKey)).toMatchObject({ code: 1 });
    expect(names()).toEqual(['jarvis.db']);
  });

  it('are found where there is white space around DB_PATH', async () => {
    await make('ours');
    expect(await runCli(createKey, { DB_PATH: ` ${file} ` })).toMatchObject({ code: 0 });
    expect(await runCli(['check'], { DB_PATH: `\t${file}\n` })).toMatchObject({ code: 0 });
    expect(names().filter((name) => name !== name.trim())).toEqual([]);
  });
});

const onDisk = canMount() ? describe : describe.skip;
onDisk('On a full disk', () => {
  let disk: SmallDisk;
  beforeEach(() => {
    disk = new SmallDisk(32);
    file = join(disk.folder, 'jarvis.db');
  });
  afterEach(() => {
    disk.unmount();
  });
  const limits = { reserveBytes: megabytes(4), minFreeBytes: 0 };

  it('a second process is refused before it touches the reserve of the first', async () => {
    await make('ours');
    writeFileSync(`${file}.reserve`, randomBytes(megabytes(4)));
    const lock = lockFile(file);
    disk.fillUpTo(0);
    const environment = { DB_PATH: file, DISK_RESERVE: '4MB', JARVIS_PASSWORD: 'the password of this test' };
    const { code } = await runCli(['serve'], { ...environment, PORT: '1' });
    lock.release();
    expect(code).toBe(3);
    expect(statSync(`${file}.reserve`).size).toBe(megabytes(4));
  });

  it('the file can be had where the lock is missing and there is no room for one', async () => {
    await make('ours');
    rmSync(`${file}.log`);
    writeFileSync(`${file}.reserve`, randomBytes(megabytes(4)));
    rmSync(`${file}.lock`);
    disk.fillUpTo(0);
    const database = await open({ disk: limits });
    expect((await database.status()).status).toBe('up');
    await expect(open()).rejects.toThrow(/has the database/);
    await database.onApplicationShutdown();
  });
});
