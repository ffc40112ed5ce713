import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { link, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import Sqlite from 'better-sqlite3';
import pg from 'pg';
import { migrations } from '../migrations/sqlite/index.js';
import { SECRETS_BESIDE_FILE } from '../src/auth/index.js';
import { namedTarget } from '../src/config/index.js';
import { Database } from '../src/database/index.js';
import { moveMemory, RowsRefused, type CopyReport } from '../src/database/move.js';
import { makeByMigrations } from '../src/database/sqlite/file/migrator.js';
import { runCli } from './support/cli.js';
import { EVENTS, writeDatabase } from './support/damage.js';
import { createDatabase, type TestDatabase } from './support/postgres/index.mjs';

/** What the source holds: those of its log too, and without one that was replaced. */
const ROWS = EVENTS + 39;
const ALL = migrations.map(({ name }) => name);
const move = (from: string, to: string): Promise<CopyReport> =>
  moveMemory(namedTarget(from), namedTarget(to), SECRETS_BESIDE_FILE, {});
const digestOf = async (file: string): Promise<string> =>
  createHash('sha256')
    .update(await readFile(file))
    .digest('hex');

describe('A move', () => {
  let folder: string;
  let source: string;
  let database: TestDatabase;
  const file = (name: string): string => join(folder, name);
  const changed = async (name: string, change: (handle: Sqlite.Database) => void): Promise<string> => {
    await writeFile(file(name), await readFile(source));
    const handle = new Sqlite(file(name));
    try {
      change(handle);
    } finally {
      handle.close();
    }
    return file(name);
  };

  const findingsOf = async (from: string): Promise<readonly string[]> => {
    const error = await move(from, database.url).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(RowsRefused);
    return (error as RowsRefused).findings;
  };

  beforeAll(async () => {
    ({ folder } = await writeDatabase(false));
    source = file('jarvis.db');
    database = await createDatabase();
  });
  afterAll(async () => {
    await database.drop();
    await rm(folder, { recursive: true, force: true });
  });

  it('names what is the owner’s in the source, and leaves it there', async () => {
    const extended = await changed('extended.db', (handle) =>
      handle.exec('ALTER TABLE events ADD COLUMN mine text'),
    );
    const { code, stdout } = await runCli(['move', '-q', '--from', extended, '--to', file('moved.db')]);
    expect(code).toBe(0);
    expect(stdout).toContain('Left behind, as it is not ours: table "notes_of_mine"\n');
    expect(stdout).toContain('Left behind, as it is not ours: column "mine" of events\n');
    const handle = new Sqlite(file('moved.db'), { readonly: true });
    const tables = handle.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck().all();
    expect(tables).not.toContain('notes_of_mine');
    expect(handle.prepare('SELECT count(*) FROM events').pluck().get()).toBe(ROWS);
    handle.close();
  });

  it('is refused onto itself, by whatever name', async () => {
    await symlink(source, file('symbolic.db'));
    await link(source, file('hard.db'));
    for (const name of ['jarvis.db', 'symbolic.db', 'hard.db']) {
      await expect(move(source, file(name))).rejects.toThrow('the same database');
    }
    const other = new URL(database.url);
    other.searchParams.set('application_name', 'another');
    await expect(move(database.url, other.href)).rejects.toThrow('the same database');
    await rm(file('hard.db'));
  });

  it('is refused onto a file with rows, or of another program, which stay as they are', async () => {
    const taken = await changed('taken.db', () => undefined);
    await writeFile(file('notes.txt'), 'These are notes.\n'.repeat(100));
    for (const name of [taken, file('notes.txt')]) {
      const digest = await digestOf(name);
      await expect(move(source, name)).rejects.toThrow(/has rows|left as it is|left as it was/);
      expect(await digestOf(name)).toBe(digest);
    }
  });

  it('is refused from what is no memory of this version', async () => {
    await expect(move(file('none.db'), database.url)).rejects.toThrow('There is no database at');
    await expect(move(file('notes.txt'), file('new.db'))).rejects.toThrow('no SQLite database');
    await makeByMigrations(file('older.db'), ALL.slice(0, -2));
    await expect(move(file('older.db'), file('new.db'))).rejects.toThrow('not of this version');
    const newer = await changed('newer.db', (handle) =>
      handle.exec(
        "INSERT INTO memory_migrations (timestamp, name) VALUES (1995305600000, 'Later1995305600000')",
      ),
    );
    await expect(move(newer, file('new.db'))).rejects.toThrow('newer version');
    await expect(move(database.url, file('new.db'))).rejects.toThrow('There is no memory in PostgreSQL');
    expect(existsSync(file('new.db'))).toBe(false);
  });

  it('is refused from a damaged file with exit code 2', async () => {
    const bytes = await readFile(source);
    bytes.fill(0xff, bytes.length - 40_000, bytes.length - 20_000);
    await writeFile(file('damaged.db'), bytes);
    const { code, stderr } = await runCli([
      'move',
      '-q',
      '--from',
      file('damaged.db'),
      '--to',
      file('new.db'),
    ]);
    expect(code).toBe(2);
    expect(stderr).toContain('is damaged');
    expect(existsSync(file('new.db'))).toBe(false);
    expect((await readFile(file('damaged.db'))).equals(bytes)).toBe(true);
  });

  it('is refused while a service has either file, with exit code 3', async () => {
    const served = await changed('served.db', () => undefined);
    const service = await Database.open({ file: served, logger: false });
    try {
      for (const [from, to] of [
        [served, file('new.db')],
        [source, served],
      ] as const) {
        const { code, stderr } = await runCli(['move', '-q', '--from', from, '--to', to]);
        expect(code).toBe(3);
        expect(stderr).toContain(String(process.pid));
      }
    } finally {
      await service.onApplicationShutdown();
    }
  });

  it('names the rows that the other side cannot hold, and moves nothing', async () => {
    const wrong = await changed('wrong.db', (handle) => {
      handle.exec(`UPDATE events SET summary = 'a' || char(0) || 'b' WHERE id = 3;
        UPDATE conversations SET content = CAST(x'61ff62' AS text) WHERE id = 4;
        UPDATE conversations SET tokens_used = 'many', cost_usd = 'dear' WHERE id = 5;
        UPDATE preferences SET value = x'00ff' WHERE rowid = 1`);
    });
    const { code, stdout, stderr } = await runCli(['move', '-q', '--from', wrong, '--to', database.url]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('events 3: summary has a character U+0000\n');
    expect(stderr).toContain('conversations 4: content has bytes that are no text\n');
    expect(stderr).toContain('conversations 5: tokens_used is no whole number\n');
    expect(stderr).toContain('conversations 5: cost_usd is no number\n');
    expect(stderr).toMatch(/preferences \S+: value is no text\n/);
    expect(await database.query('SELECT count(*)::int AS rows FROM events')).toEqual([{ rows: 0 }]);
  });

  it('counts all rows that the other side cannot hold, and names twenty', async () => {
    const wrong = await changed('many-wrong.db', (handle) => {
      handle.exec(`UPDATE conversations SET content = CAST(x'61ff62' AS text) WHERE id <= 15;
        UPDATE events SET summary = 'a' || char(0) || 'b' WHERE id IN (SELECT id FROM events LIMIT 100)`);
    });
    const findings = await findingsOf(wrong);
    expect(findings).toHaveLength(21);
    expect(findings.filter((one) => one.endsWith('content has bytes that are no text'))).toHaveLength(15);
    expect(findings.at(-1)).toBe('and 95 more');
  });

  it('names a row that is too long for an index of the other side', async () => {
    // Random digits, which cannot be compressed.
    const long = randomBytes(3000).toString('hex');
    const found = async (statement: string): Promise<unknown> => {
      const wrong = await changed('long.db', (handle) => handle.prepare(statement).run(long));
      return findingsOf(wrong);
    };
    expect(await found('UPDATE events SET node = ? WHERE id = 7')).toEqual([
      expect.stringMatching(/^events 7: its texts are too long for the index events_by_node /),
    ]);
    expect(await found('UPDATE conversations SET session_id = ? WHERE id = 7')).toEqual([
      expect.stringMatching(/^conversation_sessions \d+: .*"conversation_sessions_by_id"/),
    ]);
    expect(await database.query('SELECT count(*)::int AS rows FROM events')).toEqual([{ rows: 0 }]);
  });

  it('fills a database whose tables are empty, and is refused onto one that has rows or is used', async () => {
    const { isEqual } = await move(source, database.url);
    expect(isEqual).toBe(true);
    await expect(move(source, database.url)).rejects.toThrow('It has rows (events)');
    expect(await database.query('SELECT count(*)::int AS rows FROM events')).toEqual([{ rows: ROWS }]);
    const client = new pg.Client({ connectionString: database.url, application_name: 'jarvis-memory' });
    await client.connect();
    try {
      await expect(move(database.url, file('new.db'))).rejects.toMatchObject({ code: 'DATABASE_IN_USE' });
    } finally {
      await client.end();
    }
    await database.query('CREATE TABLE mine (id int)');
    const { left } = await move(database.url, file('new.db'));
    expect(left).toEqual(['table "mine"']);
  });

  it('is refused onto a database with tables of another program, and never prints a password', async () => {
    const foreign = await createDatabase();
    try {
      await foreign.query('CREATE TABLE events (id int)');
      await expect(move(source, foreign.url)).rejects.toThrow('tables of another program (events)');
      const wrong = new URL(foreign.url);
      wrong.password = 'not-the-password';
      const { code, stdout, stderr } = await runCli(['move', '-q', '--from', source, '--to', wrong.href]);
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toContain('refuses the user or the password');
      expect(stderr).not.toContain('not-the-password');
    } finally {
      await foreign.drop();
    }
  });

  it('takes no URL of another engine', async () => {
    const { code, stderr } = await runCli([
      'move',
      '-q',
      '--from',
      source,
      '--to',
      'mysql://root:secret@host/db',
    ]);
    expect(code).toBe(1);
    expect(stderr).toContain('is for PostgreSQL only');
    expect(stderr).not.toContain('secret');
  });
});
