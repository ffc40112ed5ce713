import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { LoggerService } from '@nestjs/common';
import Sqlite from 'better-sqlite3';
import { Database, type DatabaseStatus } from '../../src/database/index.js';
import { sqliteHandle } from '../../src/database/sqlite/connection/handle.js';
import {
  quarantinedIn,
  bytesIn,
  damaged,
  EVENTS,
  isPreserved,
  randomFrom,
  removeCopies,
  rowsOf,
  TABLES,
  rowsByTable,
  wipe,
  writeDatabase,
  type RowsByTable,
  type WrittenDatabase,
} from '../support/damage.js';
import { temporaryFolder } from '../support/service.js';
import { sqliteOf } from '../support/sqlite.js';

/** What came of a start. */
interface Outcome {
  readonly status: DatabaseStatus;
  readonly condition: string;
  /** Rows that are served; those of them that had never been written; ids that had never been given out. */
  readonly served: number;
  readonly altered: number;
  /** The id that a new event was given, where one could be saved. */
  readonly nextId: number;
  readonly log: string;
}

let clean: WrittenDatabase;
let cutOff: WrittenDatabase;
const SILENT: LoggerService = { log: () => undefined, warn: () => undefined, error: () => undefined };
const tally = { starts: 0, refused: 0, salvages: 0, rows: 0, served: 0, altered: 0 };

beforeAll(async () => {
  clean = await writeDatabase(false);
  cutOff = await writeDatabase(true);
});
afterEach(removeCopies);
afterAll(() => {
  for (const { folder } of [clean, cutOff]) rmSync(folder, { recursive: true, force: true });
  const { starts, refused, salvages, rows, served, altered } = tally;
  process.stdout.write(
    `Damaged files: ${starts} starts, ${refused} refused, ${salvages} salvages; ${served} of ${rows} rows were served after ` +
      `those, ${altered} of them with bytes changed inside a value, which SQLite cannot notice.\n`,
  );
});

const count = (truth: RowsByTable): number => Object.values(truth).reduce((sum, { size }) => sum + size, 0);
async function start(folder: string, truth: RowsByTable): Promise<Outcome> {
  const log: string[] = [];
  const take = (message: unknown): void => void log.push(String(message));
  const logger: LoggerService = { log: take, warn: take, error: take };
  const database = await Database.open({ file: join(folder, 'jarvis.db'), logger });
  try {
    const status = await database.status();
    const seen = { served: 0, altered: 0, nextId: 0 };
    if (status.status === 'up') {
      for (const table of TABLES) {
        const rows = rowsOf(sqliteHandle(database.reader), table);
        seen.served += rows.length;
        seen.altered += rows.filter((row) => !truth[table]!.has(row)).length;
      }
      seen.nextId = await database.write((manager) =>
        manager.query(
          `INSERT INTO events (timestamp, type, source, summary) VALUES ('2027-01-01T00:00:00.000Z', 'alert', 'user', '')`,
        ),
      );
    }
    return { status, condition: sqliteOf(database)['file'].condition().state, ...seen, log: log.join('\n') };
  } finally {
    await database.onApplicationShutdown();
  }
}

/** What holds whatever happened to the file: it is refused untouched, served whole, or kept whole and salvaged. */
async function expectPromise(folder: string, { truth }: WrittenDatabase, flips = 0): Promise<Outcome> {
  const before = bytesIn(folder);
  const outcome = await start(folder, truth);
  const { status, served, altered, nextId, condition } = outcome;
  const isSalvaged = quarantinedIn(folder).length > 0;
  tally.starts++;
  if (status.status === 'down') {
    tally.refused++;
    expect(status.reason).not.toContain(folder);
    expect(bytesIn(folder)).toEqual(before);
    return outcome;
  }
  expect(altered).toBeLessThanOrEqual(flips);
  if (!isSalvaged) expect(served).toBe(count(truth));
  else {
    for (const [name, bytes] of before) {
      const part = name.slice('jarvis.db'.length);
      expect({ name, kept: isPreserved(folder, part, bytes) }).toEqual({ name, kept: true });
    }
    Object.assign(tally, {
      salvages: tally.salvages + 1,
      rows: tally.rows + count(truth),
      served: tally.served + served,
    });
  }
  tally.altered += altered;
  expect(nextId).toBeGreaterThan(EVENTS + 39 - 1);
  expect(condition).toBe(isSalvaged ? 'degraded' : 'up');
  const aside = quarantinedIn(folder);
  const again = await start(folder, truth);
  expect(again.status.status).toBe('up');
  expect(again.served).toBe(served + 1);
  expect(quarantinedIn(folder)).toEqual(aside);
  return outcome;
}

const SIZES = [1, 15, 60, 99, 100, 511, 512, 1000, 4095, 4096, 4097, 8192];
/** 25 places: around the header and the first pages, and evenly over the rest. */
const PLACES = [
  ...SIZES.map((size) => [`${size} bytes`, size]),
  ...Array.from({ length: 13 }, (_, index) => [`${index + 1}/14`, (index + 1) / 14]),
] as [string, number][];

describe('A file that was cut off', () => {
  it.each(PLACES)('starts with what is left of it, or is refused, at %s', async (_, place) => {
    const folder = await damaged(clean, (file) => {
      const size = readFileSync(file).length;
      truncateSync(file, place < 1 ? Math.floor(size * place) : place);
    });
    const { status, served, altered } = await expectPromise(folder, clean);
    expect(status.status).toBe(place > 0 && place < 100 && place >= 1 ? 'down' : 'up');
    expect(altered).toBe(0);
    // What lies before the cut is there: at least a third of the rows, once half of the file is.
    if (place >= 0.5 && place < 1) expect(served).toBeGreaterThan(count(clean.truth) / 3);
  });

  it('keeps its log and begins anew, where nothing else is left', async () => {
    const folder = await damaged(cutOff, (file) => {
      truncateSync(file, 0);
    });
    const { altered, log } = await expectPromise(folder, cutOff);
    expect(altered).toBe(0);
    expect(log).toMatch(/missing or empty, but its write-ahead log is not/);
  });
});

describe('A file with flipped bytes', () => {
  const FLIPS = Array.from({ length: 50 }, (_, index) =>
    Math.min(100, 1 + index * 2 + (index === 49 ? 1 : 0)),
  );

  it.each(FLIPS.map((flips, index) => [index + 1, flips] as const))(
    'starts with every row that can be read, or is refused: case %i, %i bytes',
    async (seed, flips) => {
      const random = randomFrom(seed);
      const source = seed % 2 ? clean : cutOff;
      const folder = await damaged(source, (file) => {
        const bytes = readFileSync(file);
        const at = Math.floor(random() * (bytes.length - flips));
        for (let index = at; index < at + flips; index++) bytes[index]! ^= 1 + Math.floor(random() * 255);
        writeFileSync(file, bytes);
      });
      const { served, status, log } = await expectPromise(folder, source, flips);
      // One place that is damaged does not take more than a table with it; most take a page.
      expect({ seed, served, status, log: served > 100 ? '' : log }).toMatchObject({ log: '' });
    },
  );

  it('keeps nearly everything where a page in the middle of a table is gone', async () => {
    const folder = await damaged(clean, (file) => {
      wipe(
        file,
        "SELECT pageno FROM dbstat WHERE name = 'events' AND pagetype = 'leaf' ORDER BY path LIMIT 2 OFFSET 5",
      );
    });
    const { served, log } = await expectPromise(folder, clean);
    const lost = count(clean.truth) - served;
    expect(lost).toBeGreaterThan(0);
    expect(lost).toBeLessThan(100);
    expect(log).toContain(`Salvaged events: ${clean.truth['events']!.size - lost} rows, ${lost} lost.`);
  });

  it('keeps every row where only an index is gone', async () => {
    const folder = await damaged(clean, (file) => {
      wipe(file, "SELECT pageno FROM dbstat WHERE name = 'events_by_node'");
    });
    const { served } = await expectPromise(folder, clean);
    expect(served).toBe(count(clean.truth));
    expect(quarantinedIn(folder).length).toBeGreaterThan(0);
  });

  it('keeps every row of ours where the list of tables is gone', async () => {
    const folder = await damaged(clean, (file) => {
      const bytes = readFileSync(file);
      bytes.fill(0xff, 100, 4096);
      writeFileSync(file, bytes);
    });
    const { served, altered } = await expectPromise(folder, clean);
    expect(altered).toBe(0);
    expect(served).toBe(count(clean.truth) - clean.truth['notes_of_mine']!.size);
  });

  it('keeps sessions true to the messages, and the definitions of the owner', async () => {
    const folder = await damaged(clean, (file) => {
      wipe(
        file,
        "SELECT pageno FROM dbstat WHERE name = 'conversations' AND pagetype = 'leaf' LIMIT 1 OFFSET 3",
      );
    });
    await expectPromise(folder, clean);
    const handle = new Sqlite(join(folder, 'jarvis.db'), { readonly: true });
    const wrong = handle.prepare(
      `SELECT session_id, count(*) FROM conversations GROUP BY session_id
       EXCEPT SELECT session_id, message_count FROM conversation_sessions`,
    );
    expect(wrong.all()).toEqual([]);
    const names = handle.prepare("SELECT name FROM sqlite_schema WHERE name IN ('mine', 'notes_of_mine')");
    expect(names.all()).toHaveLength(2);
    expect(handle.pragma('integrity_check', { simple: true })).toBe('ok');
    handle.close();
  });
});

describe('A write-ahead log', () => {
  let other: WrittenDatabase;
  beforeAll(async () => {
    other = await writeDatabase(true, 'foreign');
  });
  afterAll(() => {
    rmSync(other.folder, { recursive: true, force: true });
  });

  it('that is gone takes what was only in it, and no more', async () => {
    const folder = await damaged(cutOff, (file) => {
      rmSync(`${file}-wal`);
    });
    const outcome = await start(folder, cutOff.truth);
    expect(outcome.status.status).toBe('up');
    // Six preferences are again what they were before the log changed them.
    expect(outcome.altered).toBeLessThanOrEqual(6);
    expect(outcome.served).toBe(count(cutOff.truth) - 40);
    expect(outcome.log).toMatch(/did not close the database.*ago.*\n.*log is gone/s);
  });

  it('of the file itself is used after a kill', async () => {
    const folder = await damaged(cutOff, () => undefined);
    const { served, log } = await expectPromise(folder, cutOff);
    expect(served).toBe(count(cutOff.truth));
    expect(log).toMatch(/did not close the database/);
    expect(quarantinedIn(folder)).toEqual([]);
  });

  it('of the file itself is used where another program began a round of it', async () => {
    const served = await damaged(clean, () => undefined);
    const file = join(served, 'jarvis.db');
    const database = await Database.open({ file, logger: SILENT });
    const other = new Sqlite(file);
    other.pragma('wal_checkpoint(TRUNCATE)');
    await database.write((manager) => manager.query("UPDATE preferences SET value = 'said last'"));
    const killed = await damaged({ ...clean, folder: served }, () => undefined);
    await database.onApplicationShutdown();
    other.close();
    const { log } = await start(killed, clean.truth);
    expect(log).toMatch(/did not close the database/);
    expect(quarantinedIn(killed)).toEqual([]);
    const handle = new Sqlite(join(killed, 'jarvis.db'), { readonly: true });
    expect(handle.prepare('SELECT DISTINCT value FROM preferences').pluck().all()).toEqual(['said last']);
    handle.close();
  });

  it('of the file itself is used where the owner has changed the user_version of a file that was served', async () => {
    const served = await damaged(clean, () => undefined);
    const file = join(served, 'jarvis.db');
    const database = await Database.open({ file, logger: SILENT });
    const other = new Sqlite(file);
    other.pragma('wal_checkpoint(TRUNCATE)');
    other.pragma('user_version = 7');
    await database.write((manager) => manager.query("UPDATE preferences SET value = 'said last'"));
    const killed = await damaged({ ...clean, folder: served }, () => undefined);
    await database.onApplicationShutdown();
    other.close();
    await start(killed, clean.truth);
    expect(quarantinedIn(killed)).toEqual([]);
    const handle = new Sqlite(join(killed, 'jarvis.db'), { readonly: true });
    expect(handle.prepare('SELECT DISTINCT value FROM preferences').pluck().all()).toEqual(['said last']);
    handle.close();
  });

  it('of the file itself is used where no note of the last process is left', async () => {
    const folder = await damaged(cutOff, (file) => {
      rmSync(`${file}.lock`);
    });
    const { served } = await expectPromise(folder, cutOff);
    expect(served).toBe(count(cutOff.truth));
  });

  const foreignLog = (file: string): void => {
    writeFileSync(`${file}-wal`, readFileSync(join(other.folder, 'jarvis.db-wal')));
    rmSync(`${file}-shm`, { force: true });
  };
  const strangers: [string, () => WrittenDatabase, (file: string) => void, number][] = [
    ['of another file, beside one that was closed', () => clean, foreignLog, 0],
    ['of another file, in the place of its own', () => cutOff, foreignLog, 40],
    [
      'of another file, without a first page',
      () => cutOff,
      (file) => {
        const handle = new Sqlite(join(other.folder, 'jarvis.db'));
        handle.pragma('wal_autocheckpoint = 0');
        handle.pragma('wal_checkpoint(TRUNCATE)');
        handle.exec(`UPDATE preferences SET value = 'of another file'`);
        foreignLog(file);
        handle.close();
      },
      40,
    ],
    [
      'that is none',
      () => clean,
      (file) => {
        writeFileSync(`${file}-wal`, 'notes of somebody '.repeat(1000));
      },
      0,
    ],
  ];

  it.each(strangers)('%s, is moved aside and nothing of it is used', async (_, source, put, inLog) => {
    const written = source();
    const folder = await damaged(written, put);
    const before = bytesIn(folder);
    const { served, altered, log, condition } = await start(folder, written.truth);
    expect(served).toBe(count(written.truth) - inLog);
    expect(altered).toBeLessThanOrEqual(inLog === 0 ? 0 : 6);
    expect(log).toMatch(/is not its own/);
    expect(condition).toBe('degraded');
    expect(isPreserved(folder, '-wal', before.get('jarvis.db-wal')!)).toBe(true);
  });

  it('that a restored copy of the file found beside it is moved aside', async () => {
    const folder = await damaged(cutOff, () => undefined);
    const file = join(folder, 'jarvis.db');
    const handle = new Sqlite(file, { readonly: true });
    await handle.backup(join(folder, 'copy'));
    const truth = rowsByTable(handle);
    handle.close();
    renameSync(join(folder, 'copy'), file);
    for (const part of ['-journal', '-wal', '-shm']) rmSync(join(folder, `copy${part}`), { force: true });
    const { served, altered, log } = await start(folder, truth);
    expect({ served, altered }).toEqual({ served: count(truth), altered: 0 });
    expect(log).toMatch(/of another time than the file/);
  });
});

function makeOther(file: string, sql: string): void {
  rmSync(file);
  const handle = new Sqlite(file);
  handle.exec(sql);
  handle.close();
}

describe('What is not ours to touch', () => {
  const CASES: [string, (file: string) => void, RegExp][] = [
    [
      'a text',
      (file) => {
        writeFileSync(file, 'Notes.\n'.repeat(900));
      },
      /not a database/,
    ],
    [
      'a text that speaks of our tables',
      (file) => {
        writeFileSync(file, 'INSERT INTO memory_migrations;\n'.repeat(900));
      },
      /not a database/,
    ],
    [
      'a folder',
      (file) => {
        rmSync(file);
        mkdirSync(file);
      },
      /a folder has its name/,
    ],
    [
      'a database of another program',
      (file) => {
        makeOther(file, 'PRAGMA application_id = 77; CREATE TABLE a (b)');
      },
      /another program \(application_id 0x4d\)/,
    ],
    [
      'a database of tables that nobody here knows',
      (file) => {
        makeOther(file, 'CREATE TABLE songs (b); INSERT INTO songs VALUES (1)');
      },
      /another program: it has tables \(songs\)/,
    ],
    [
      'a file of a newer version',
      (file) => {
        const handle = new Sqlite(file);
        handle.exec("INSERT INTO memory_migrations (timestamp, name) VALUES (9, 'FromTheFuture9')");
        handle.close();
      },
      /newer version/,
    ],
  ];

  it.each(CASES)('%s is refused, with a reason, and stays as it is', async (_, make, cause) => {
    const folder = await damaged(clean, make);
    const { status, log } = await expectPromise(folder, clean);
    expect(status).toMatchObject({
      status: 'down',
      reason: expect.stringMatching(/left as it is\. It|in its place/),
    });
    expect(log).toMatch(cause);
    expect(readdirSync(folder).filter((name) => /-(?:wal|shm|journal)$/.test(name))).toEqual([]);
  });

  it('an empty file is a new one', async () => {
    const folder = await temporaryFolder();
    writeFileSync(join(folder, 'jarvis.db'), '');
    const { status, condition, nextId } = await start(folder, clean.truth);
    rmSync(folder, { recursive: true });
    expect([status.status, condition, nextId]).toEqual(['up', 'up', 1]);
  });

  it.each([['file'], ['folder']])(
    'a read-only %s is refused where it is damaged, and stays as it is',
    async (what) => {
      const folder = await damaged(clean, (file) => {
        wipe(file, "SELECT pageno FROM dbstat WHERE name = 'events' AND pagetype = 'leaf' LIMIT 2 OFFSET 5");
      });
      const before = bytesIn(folder);
      chmodSync(join(folder, 'jarvis.db'), 0o444);
      chmodSync(folder, 0o555);
      const giveBack = becomeOrdinary();
      try {
        if (what === 'file') chmodSync(folder, 0o755);
      } catch {
        // Whoever took up other rights may not; the folder stays as it is then.
      }
      try {
        const { status } = await start(folder, clean.truth);
        expect(status.status).toBe('down');
      } finally {
        giveBack();
        chmodSync(folder, 0o755);
      }
      expect(bytesIn(folder)).toEqual(before);
    },
  );
});

/** Nothing binds root; where the tests run as root, they take up the rights of nobody for a while. */
function becomeOrdinary(): () => void {
  if (process.geteuid?.() !== 0) return () => undefined;
  process.seteuid?.(65_534);
  return () => process.seteuid?.(0);
}

describe('A salvage that is cut off', () => {
  async function salvaged(): Promise<{ folder: string; time: string; before: Map<string, string> }> {
    const folder = await damaged(cutOff, (file) => {
      const bytes = readFileSync(file);
      bytes.fill(0xff, 20 * 4096, 21 * 4096);
      writeFileSync(file, bytes);
    });
    const before = bytesIn(folder);
    await start(folder, cutOff.truth);
    const aside = quarantinedIn(folder).find((name) => name.endsWith('Z'))!;
    return { folder, time: aside.split('.corrupt-')[1]!, before };
  }

  it('before anything moved is done again', async () => {
    const { folder, time, before } = await salvaged();
    const at = (name: string): string => join(folder, name);
    renameSync(at('jarvis.db'), at(`jarvis.db.salvaged-${time}`));
    for (const part of ['', '-wal'])
      renameSync(at(`jarvis.db.corrupt-${time}${part}`), at(`jarvis.db${part}`));
    writeFileSync(at('jarvis.db.salvage.part'), 'half of something');
    const { status, served } = await start(folder, cutOff.truth);
    expect(status.status).toBe('up');
    expect(served).toBeGreaterThan(1000);
    for (const [name, bytes] of before) expect(isPreserved(folder, name.slice(9), bytes)).toBe(true);
    expect(readdirSync(folder).filter((name) => name.includes('salvage'))).toEqual([]);
    expect(quarantinedIn(folder).filter((name) => name.endsWith('.json'))).toHaveLength(1);
  });

  it.each([[['']], [['', '-wal']]])('after %j moved is brought to its end', async (moved) => {
    const { folder, time, before } = await salvaged();
    const at = (name: string): string => join(folder, name);
    renameSync(at('jarvis.db'), at(`jarvis.db.salvaged-${time}`));
    if (!moved.includes('-wal')) renameSync(at(`jarvis.db.corrupt-${time}-wal`), at('jarvis.db-wal'));
    const { status, served, log } = await start(folder, cutOff.truth);
    expect(status.status).toBe('up');
    expect(served).toBeGreaterThan(1000);
    expect(log).toMatch(/cut off at its last step/);
    for (const [name, bytes] of before) expect(isPreserved(folder, name.slice(9), bytes)).toBe(true);
    expect(existsSync(at(`jarvis.db.corrupt-${time}`))).toBe(true);
  });
});
