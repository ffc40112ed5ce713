import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import Sqlite, { type Database as SqliteHandle } from 'better-sqlite3';
import { ConversationsService } from '../../src/conversations/index.js';
import { EventsService } from '../../src/events/index.js';
import { PreferencesService } from '../../src/preferences/index.js';
import { SnapshotsService } from '../../src/snapshots/index.js';
import { aMessage, anEvent, aSnapshot } from '../factories/index.js';
import { contentOf, makeFirstBackendFile } from '../support/first-backend.js';
import { PASSWORD, startService, temporaryFolder, type TestService } from '../support/service.js';

/** A way in which a database file cannot be used, and how its owner puts it right. */
interface Fault {
  readonly name: string;
  readonly make: (file: string) => void;
  readonly mend: (file: string) => void;
  /** What the log has to say of the cause. */
  readonly cause: RegExp;
  /** Where the file is not a database that can be read, its bytes are compared and not its content. */
  readonly isUnreadable?: boolean;
  /** What was in the place of the file was no database, so that mending means to begin with none. */
  readonly startsAnew?: boolean;
}

const legacy =
  (sql = '', journal: 'delete' | 'wal' = 'delete') =>
  (file: string): void => {
    makeFirstBackendFile(file, { rows: 300, hasOthers: true, journal });
    execute(file, sql);
  };

const execute = (file: string, sql: string): void => {
  const handle = new Sqlite(file);
  handle.exec(sql);
  handle.close();
};
const mendBy =
  (sql: string) =>
  (file: string): void => {
    execute(file, sql);
  };

let lock: SqliteHandle | undefined;
const lockedBy =
  (begin: string, journal: 'delete' | 'wal') =>
  (file: string): void => {
    legacy('', journal)(file);
    lock = new Sqlite(file);
    lock.exec(begin);
  };
const unlock = (): void => {
  lock?.close();
  lock = undefined;
};

/** Overwrites pages in the middle of the table of events, as a failing disk may. */
function damage(file: string): void {
  legacy()(file);
  const handle = new Sqlite(file);
  const pages = handle
    .prepare("SELECT pageno FROM dbstat WHERE name = 'events' AND pagetype = 'leaf'")
    .pluck()
    .all();
  handle.close();
  const bytes = readFileSync(file);
  writeFileSync(`${file}.whole`, bytes);
  const damaged = Buffer.from(bytes);
  for (const page of pages.slice(3, 6) as number[]) damaged.fill(0xff, (page - 1) * 4096, page * 4096);
  writeFileSync(file, damaged);
}

const FAULTS: Fault[] = [
  {
    name: 'an index of the owner has the name of one of ours',
    make: legacy('CREATE INDEX events_by_time ON events (summary)'),
    mend: mendBy('DROP INDEX events_by_time'),
    cause: /"events_by_time" \(index\), which this service has not made/,
  },
  {
    name: 'a table of the owner has the name of one of ours, in WAL',
    make: legacy(
      `CREATE TABLE conversation_sessions (a); INSERT INTO conversation_sessions VALUES (1)`,
      'wal',
    ),
    mend: mendBy('ALTER TABLE conversation_sessions RENAME TO my_sessions'),
    cause: /"conversation_sessions" \(table\), which this service has not made/,
  },
  {
    name: 'a view of the owner has the name of one of our tables',
    make: legacy('CREATE VIEW conversation_sessions AS SELECT DISTINCT session_id FROM conversations'),
    mend: mendBy('DROP VIEW conversation_sessions'),
    cause: /conversation_sessions/,
  },
  {
    name: 'a trigger of the owner has the name of one of ours',
    make: legacy(
      `CREATE TRIGGER conversation_sessions_on_insert AFTER INSERT ON conversations BEGIN SELECT 1; END`,
    ),
    mend: mendBy('DROP TRIGGER conversation_sessions_on_insert'),
    cause: /"conversation_sessions_on_insert" \(trigger\), which this service has not made/,
  },
  {
    name: 'a rule of the owner forbids what a migration does near its end',
    make: legacy(
      `ALTER TABLE preferences ADD COLUMN checked text CHECK (updated_at <> '2025-01-31T23:02:02.000Z')`,
    ),
    mend: mendBy('ALTER TABLE preferences DROP COLUMN checked'),
    cause: /CHECK constraint failed/,
  },
  {
    name: 'a newer version wrote the file',
    make: (file) => {
      legacy()(file);
      execute(
        file,
        `CREATE TABLE memory_migrations (id integer PRIMARY KEY AUTOINCREMENT NOT NULL, timestamp bigint NOT NULL, name varchar NOT NULL);
         INSERT INTO memory_migrations (timestamp, name) VALUES (1999999999999, 'FromTheFuture1999999999999')`,
      );
    },
    mend: mendBy('DROP TABLE memory_migrations'),
    cause: /newer version.*FromTheFuture1999999999999/,
  },
  {
    name: 'another program has locked the file for itself',
    make: lockedBy('BEGIN EXCLUSIVE', 'delete'),
    mend: unlock,
    cause: /database is locked/,
  },
  {
    name: 'another program is writing to the file, which can be read and copied',
    make: lockedBy('BEGIN IMMEDIATE', 'wal'),
    mend: unlock,
    cause: /database is locked/,
  },
  {
    name: 'the file is a text',
    make: (file) => {
      writeFileSync(file, 'This is no database.\n'.repeat(300));
    },
    mend: rmSync,
    cause: /file is not a database/,
    isUnreadable: true,
    startsAnew: true,
  },
  {
    name: 'there is a folder in the place of the file',
    make: (file) => {
      mkdirSync(file);
      writeFileSync(join(file, 'something'), 'of the owner');
    },
    mend: (file) => {
      rmSync(file, { recursive: true });
    },
    cause: /unable to open database file/,
    isUnreadable: true,
    startsAnew: true,
  },
  {
    name: 'the file is damaged',
    make: damage,
    mend: (file) => {
      renameSync(`${file}.whole`, file);
    },
    cause: /malformed/,
    isUnreadable: true,
  },
];

let folder: string;
let file: string;
let service: TestService | undefined;
beforeEach(async () => {
  folder = await temporaryFolder();
  file = join(folder, 'jarvis.db');
});
afterEach(async () => {
  unlock();
  await service?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** The names in the folder and the bytes of the database, but what is kept for open connections, and the lock. */
function stateOf(path: string): unknown {
  const names = readdirSync(dirname(path)).filter((name) => !/-(?:wal|shm|journal)$|\.lock$/.test(name));
  const isFolder = existsSync(join(path, 'something'));
  return { names, bytes: isFolder ? readdirSync(path) : readFileSync(path).toString('base64') };
}

const problem = (code: string): object => expect.objectContaining({ code });

async function expectRefusal(running: TestService): Promise<void> {
  const { body: health } = await running.callAnonymously('get', '/health').expect(503);
  expect(health).toMatchObject({ status: 'down', database: { status: 'down' } });
  expect(health.database.reason).toMatch(/\w+/);
  expect(JSON.stringify(health)).not.toContain(folder);
  await running.callAnonymously('get', '/health/live').expect(200, { status: 'up' });
  const login = await running.callAnonymously('post', '/auth/login').send({ password: PASSWORD }).expect(200);
  expect(login.body.token).toMatch(/^ey/);

  const requests: ['get' | 'post' | 'put' | 'delete', string, object?][] = [
    ['get', '/memory/events'],
    ['get', '/memory/events/unresolved'],
    ['get', '/memory/events/1'],
    ['post', '/memory/events', anEvent()],
    ['post', '/memory/events/batch', { events: [anEvent()] }],
    ['post', '/memory/events/1/resolve', {}],
    ['get', '/memory/conversations'],
    ['get', '/memory/conversations/chat'],
    ['post', '/memory/conversations', aMessage()],
    ['delete', '/memory/conversations/chat'],
    ['get', '/memory/snapshots'],
    ['get', '/memory/snapshots/latest'],
    ['post', '/memory/snapshots', { snapshot: aSnapshot() }],
    ['get', '/memory/preferences'],
    ['get', '/memory/preferences/theme'],
    ['put', '/memory/preferences/theme', { value: 'dark' }],
    ['delete', '/memory/preferences/theme'],
  ];
  const answers: unknown[] = [];
  for (const [method, path, body] of requests) {
    const request = running.call(method, path);
    const { status, headers, text } = await (body ? request.send(body) : request);
    const { code } = JSON.parse(text);
    const namesTheFile = text.includes(folder);
    answers.push({ method, path, status, code, namesTheFile, retries: Number(headers['retry-after']) > 0 });
  }
  const refused = { status: 503, code: 'database_unavailable', namesTheFile: false, retries: true };
  expect(answers).toEqual(requests.map(([method, path]) => ({ method, path, ...refused })));
  // What is wrong with the request itself is still said first.
  await running.call('post', '/memory/events').send({}).expect(400);

  const { app } = running;
  const unavailable = problem('database_unavailable');
  await expect(app.get(EventsService).saveEvent(anEvent())).rejects.toEqual(unavailable);
  await expect(app.get(EventsService).getUnresolved()).rejects.toEqual(unavailable);
  await expect(app.get(ConversationsService).saveMessage(aMessage())).rejects.toEqual(unavailable);
  await expect(app.get(ConversationsService).getRecentSessions()).rejects.toEqual(unavailable);
  await expect(app.get(SnapshotsService).getLatestSnapshot()).rejects.toEqual(unavailable);
  await expect(app.get(PreferencesService).getAllPreferences()).rejects.toEqual(unavailable);
}

describe('Starting where the database cannot be used', () => {
  it.each(FAULTS)('serves, says why it cannot remember, and touches nothing: $name', async (fault) => {
    fault.make(file);
    const before = stateOf(file);
    const content = fault.isUnreadable || lock ? undefined : contentOf(file);
    service = await startService({ folder });
    await expectRefusal(service);
    expect(service.log.join('\n')).toMatch(fault.cause);
    await service.stop();
    expect(stateOf(file)).toEqual(before);
    if (content) expect(contentOf(file)).toEqual(content);

    fault.mend(file);
    service = await startService({ folder });
    await service.callAnonymously('get', '/health').expect(200);
    const kept = await service.app.get(EventsService).getEventsSince('2000-01-01');
    expect(kept).toHaveLength(fault.startsAnew ? 0 : 299);
    await service.call('post', '/memory/events').send(anEvent()).expect(201);
  });

  it('serves where not even the folder of the file can be made', async () => {
    writeFileSync(join(folder, 'data'), 'a file where a folder is wanted');
    const path = join(folder, 'data', 'jarvis.db');
    service = await startService({ folder, environment: { DB_PATH: path } });
    await expectRefusal(service);
    expect(service.log.join('\n')).toMatch(/EEXIST|ENOTDIR/);
    await service.stop();
    expect(readFileSync(join(folder, 'data'), 'utf8')).toBe('a file where a folder is wanted');
    rmSync(join(folder, 'data'));
    service = await startService({ folder, environment: { DB_PATH: path } });
    await service.callAnonymously('get', '/health').expect(200);
  });

  it('serves where it may read the file but not write it', async () => {
    legacy()(file);
    const before = stateOf(file);
    chmodSync(file, 0o444);
    chmodSync(folder, 0o555);
    const giveBack = becomeOrdinary();
    try {
      service = await startService({ folder });
      await expectRefusal(service);
      expect(service.log.join('\n')).toMatch(/readonly database|unable to open|permission denied/);
      await service.stop();
    } finally {
      giveBack();
      chmodSync(folder, 0o755);
    }
    expect(stateOf(file)).toEqual(before);
    chmodSync(file, 0o644);
    service = await startService({ folder });
    await service.callAnonymously('get', '/health').expect(200);
  });

  it('says the same at every start, and leaves no more behind, until the cause is gone', async () => {
    legacy('CREATE INDEX events_by_time ON events (summary)')(file);
    const before = stateOf(file);
    for (let start = 0; start < 3; start++) {
      service = await startService({ folder });
      await service.callAnonymously('get', '/health').expect(503);
      await service.stop();
    }
    expect(stateOf(file)).toEqual(before);
  });
});

/** Nothing binds root; where the tests run as root, they take up the rights of nobody for a while. */
function becomeOrdinary(): () => void {
  if (process.geteuid?.() !== 0) return () => undefined;
  process.seteuid?.(65_534);
  return () => process.seteuid?.(0);
}
