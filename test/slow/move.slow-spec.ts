import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readFile, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import Sqlite from 'better-sqlite3';
import { migrations } from '../../migrations/sqlite/index.js';
import { KEPT_TABLES } from '../../src/database/copy/kept-tables.js';
import { makeByMigrations } from '../../src/database/sqlite/file/migrator.js';
import { runCli, startCli, type CliResult } from '../support/cli.js';
import { randomFrom } from '../support/damage.js';
import { createDatabase, type TestDatabase } from '../support/postgres/index.mjs';
import { startService, temporaryFolder } from '../support/service.js';
import { canMount, SmallDisk } from '../support/small-disk.js';

/** On a machine that is busy with other things, too. */
jest.setTimeout(600_000);

const KILLS = 10;
const LARGE = 16 * 1_048_576;
/** Rows of each kind; the snapshots of the second kind are as large as one may be. */
const MANY = { events: 48_000, messages: 42_000, preferences: 5_000, large: 2 };
const FEW = { events: 2_000, messages: 2_000, preferences: 100, large: 1 };

const move = (from: string, to: string): Promise<CliResult> =>
  runCli(['move', '-q', '--from', from, '--to', to]);
const digestOf = async (file: string): Promise<string> =>
  createHash('sha256')
    .update(await readFile(file))
    .digest('hex');
const linesOf = ({ stdout }: CliResult): string[] =>
  stdout.split('\n').filter((line) => /^\w+ +\d+ +\d+ +[0-9a-f]{16} +[0-9a-f]{16}$/.test(line));

/** Texts as they come: of one letter and of many, with what has a meaning in a line. */
const TEXTS = [
  '',
  'plain',
  'ü 🐙 漢字 \ufffd',
  'a\tb\nc\rd\\e\\N',
  '\\.',
  '"',
  "'",
  '\u0001\u001f\u007f\u2028',
  'x'.repeat(600),
];
const AMOUNTS = [null, 0, 0.1, 1e-9, 12.345678901234567, 1e21, 5e-324];

class Filler {
  constructor(
    private readonly handle: Sqlite.Database,
    private readonly random: () => number,
  ) {}

  static async write(file: string, sizes: typeof MANY, seed: number): Promise<void> {
    await makeByMigrations(
      file,
      migrations.map(({ name }) => name),
    );
    const handle = new Sqlite(file);
    const filler = new Filler(handle, randomFrom(seed));
    handle.transaction(() => {
      filler.fill(sizes);
    })();
    handle.close();
  }

  private fill({ events, messages, preferences, large }: typeof MANY): void {
    const event = this.handle.prepare(
      `INSERT INTO events (id, timestamp, type, severity, source, node, summary, details, resolved, resolved_at)
       VALUES (?, ?, ?, ?, 'monitor', ?, ?, ?, ?, ?)`,
    );
    for (let index = 0; index < events; index++) {
      const details = this.pick([null, JSON.stringify({ text: this.text() }), '[1, 2.50, 1e400]']);
      const [node, type, severity] = [
        this.pick([null, 'pve1']),
        this.pick(['alert', 'status']),
        this.pick(['info', 'error']),
      ];
      const end = this.pick([null, this.moment()]);
      event.run(1 + index * 3, this.moment(), type, severity, node, this.text(), details, end ? 1 : 0, end);
    }
    const message = this.handle
      .prepare(`INSERT INTO conversations (session_id, timestamp, role, content, tokens_used, cost_usd, tool_calls)
      VALUES (?, ?, 'user', ?, ?, ?, ?)`);
    for (let index = 0; index < messages; index++) {
      const [tokens, cost] = [
        this.pick([null, 0, 2 ** 40]),
        this.pick([...AMOUNTS, Math.fround(this.random())]),
      ];
      message.run(`chat-${index % 997}`, this.moment(), this.text(), tokens, cost, this.pick([null, '[]']));
    }
    const preference = this.handle.prepare(
      'INSERT INTO preferences (key, value, updated_at) VALUES (?, ?, ?)',
    );
    for (let index = 0; index < preferences; index++) {
      const key = `${this.pick(['a', 'B', 'ä', '漢', '🐙'])}.${index}`;
      preference.run(key, JSON.stringify(this.text()), this.moment());
    }
    const snapshot = this.handle.prepare('INSERT INTO cluster_snapshots (timestamp, snapshot) VALUES (?, ?)');
    for (let index = 0; index < large; index++)
      snapshot.run(this.moment(), JSON.stringify({ index, text: `${index}`.repeat(LARGE - 100) }));
  }

  private pick<T>(values: readonly T[]): T {
    return values[Math.floor(this.random() * values.length)]!;
  }

  private text(): string {
    return `${this.pick(TEXTS)}${Math.floor(this.random() * 1e9).toString(36)}${this.pick(TEXTS).slice(0, 20)}`;
  }

  private moment(): string {
    return new Date(1.7e12 + Math.floor(this.random() * 3e10)).toISOString();
  }
}

const COUNTS = KEPT_TABLES.map(({ name }) => `(SELECT count(*) FROM "${name}")`).join(' + ');

/** Rows of all tables, as another program counts them. */
async function rowsIn(database: TestDatabase): Promise<number> {
  const tables = await database.query(`SELECT to_regclass('retention_settings') AS found`);
  if (tables[0]!['found'] === null) return 0;
  return Number((await database.query(`SELECT (${COUNTS})::int AS rows`))[0]!['rows']);
}

function rowsInFile(file: string): number {
  const handle = new Sqlite(file, { readonly: true });
  try {
    return Number(handle.prepare(`SELECT ${COUNTS}`).pluck().get());
  } finally {
    handle.close();
  }
}

describe('A memory of 100 000 random rows and of the largest snapshots', () => {
  let folder: string;
  let database: TestDatabase;
  let source: string;
  let digest: string;
  let lines: string[];
  const file = (name: string): string => join(folder, name);

  beforeAll(async () => {
    folder = await temporaryFolder();
    database = await createDatabase();
    source = file('jarvis.db');
    await Filler.write(source, MANY, 20_261_128);
    digest = await digestOf(source);
  });
  afterAll(async () => {
    await database.drop();
    await rm(folder, { recursive: true, force: true });
  });

  it('goes to PostgreSQL', async () => {
    const result = await move(source, database.url);
    expect(result).toMatchObject({ code: 0, stderr: '' });
    lines = linesOf(result);
    expect(lines.length).toBe(KEPT_TABLES.length);
    expect(await digestOf(source)).toBe(digest);
    expect(await rowsIn(database)).toBeGreaterThanOrEqual(100_000);
  });

  it('comes back', async () => {
    const result = await move(database.url, file('back.db'));
    expect(result).toMatchObject({ code: 0, stderr: '' });
    expect(linesOf(result)).toEqual(lines);
    expect(await runCli(['check', file('back.db')])).toMatchObject({ code: 0 });
  });

  it('is answered with the same bytes wherever it lies', async () => {
    const exported = async (name: string, environment: Record<string, string>): Promise<string> => {
      await mkdir(file(name));
      const service = await startService({ folder: file(name), environment });
      try {
        const { text } = await service.call('get', '/memory/export').expect(200);
        // The first line says when it was made.
        return createHash('sha256')
          .update(text.slice(text.indexOf('\n')))
          .digest('hex');
      } finally {
        await service.stop();
      }
    };
    await copyFile(source, file('served.db'));
    const before = await exported('before', { DB_PATH: file('served.db') });
    expect(await exported('on-the-server', { DATABASE_URL: database.url })).toBe(before);
    expect(await exported('after', { DB_PATH: file('back.db') })).toBe(before);
  });

  (canMount() ? it : it.skip)('leaves nothing on a disk that is full', async () => {
    const disk = new SmallDisk(40);
    try {
      const { code, stderr } = await move(source, join(disk.folder, 'jarvis.db'));
      expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('no room') });
      expect((await readdir(disk.folder)).filter((name) => !name.endsWith('.lock'))).toEqual([]);
      expect(await digestOf(source)).toBe(digest);
    } finally {
      disk.unmount();
    }
  });
});

describe('A move that is killed at a random moment', () => {
  let folder: string;
  let database: TestDatabase;
  let source: string;
  const file = (name: string): string => join(folder, name);

  beforeAll(async () => {
    folder = await temporaryFolder();
    database = await createDatabase();
    source = file('jarvis.db');
    await Filler.write(source, FEW, 7);
  });
  afterAll(async () => {
    await database.drop();
    await rm(folder, { recursive: true, force: true });
  });

  /**
   * @param isThere whether anything is there; it checks that it is all then.
   * @param undo of a move that was faster, or whose last statement was already done.
   */
  async function killOften(
    [from, to]: readonly [string, () => string],
    isThere: () => Promise<boolean>,
    undo: () => Promise<void>,
  ): Promise<void> {
    const begun = performance.now();
    expect(await move(from, to())).toMatchObject({ code: 0 });
    const wholeMs = performance.now() - begun;
    await undo();
    const random = randomFrom(KILLS);
    for (let round = 0; round < KILLS; round++) {
      const { process: child, done } = startCli(['move', '-q', '--from', from, '--to', to()]);
      await Promise.race([sleep(random() * wholeMs), done]);
      child.kill('SIGKILL');
      const { code } = await done;
      const isDone = await isThere();
      if (code === 0) expect(isDone).toBe(true);
      if (isDone) await undo();
    }
  }

  it('leaves the file as it was, and the server empty or, at the last moment, with all rows', async () => {
    const [digest, rows] = [await digestOf(source), rowsInFile(source)];
    await killOften(
      [source, () => database.url],
      async () => {
        expect(await digestOf(source)).toBe(digest);
        const found = await rowsIn(database);
        expect([0, rows]).toContain(found);
        return found > 0;
      },
      async () => {
        await database.drop();
        database = await createDatabase();
      },
    );
  });

  it('leaves the server as it was, and no file or all of it; the next one takes away what is left', async () => {
    expect(await move(source, database.url)).toMatchObject({ code: 0 });
    const [to, rows] = [file('killed.db'), rowsInFile(source)];
    await killOften(
      [database.url, () => to],
      async () => {
        expect(await rowsIn(database)).toBe(rows);
        if (existsSync(to)) expect(rowsInFile(to)).toBe(rows);
        return existsSync(to);
      },
      () => rm(to),
    );
    expect(await move(database.url, to)).toMatchObject({ code: 0 });
    expect((await readdir(folder)).filter((name) => name.includes('part'))).toEqual([]);
  });
});
