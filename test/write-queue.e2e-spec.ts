import { readdirSync, readFileSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import Sqlite, { type Database as SqliteHandle } from 'better-sqlite3';
import type { EntityManager } from 'typeorm';
import { Database } from '../src/database/index.js';
import { sqliteHandle } from '../src/database/sqlite/connection/handle.js';
import { EventEntity } from '../src/events/event.entity.js';
import { ConversationsService } from '../src/conversations/index.js';
import { EventsTextService } from '../src/events/events.service.js';
import { EventsService } from '../src/events/index.js';
import { PreferenceEntity } from '../src/preferences/preference.entity.js';
import { anEvent } from './factories/index.js';
import { startService, type TestService } from './support/service.js';
import { sqliteOf } from './support/sqlite.js';

let service: TestService;
let database: Database;
let events: EventsService;
/** The connection that writes, below the service. */
let writer: SqliteHandle;
/** Another program that has the file open. */
let onlooker: SqliteHandle;

beforeEach(async () => {
  service = await startService();
  database = service.app.get(Database);
  events = service.app.get(EventsService);
  writer = sqliteHandle(sqliteOf(database)['connections'].writer);
  onlooker = new Sqlite(service.file, { timeout: 0 });
});
afterEach(async () => {
  onlooker.close();
  agent.destroy();
  await service.destroy();
});

const onDisk = (): unknown[] => onlooker.prepare('SELECT summary FROM events ORDER BY id').pluck().all();

type Row = Omit<EventEntity, 'id'>;
const aRow = (summary: string): Row => ({
  timestamp: '2026-11-22T20:15:00.000Z',
  type: 'alert',
  severity: 'info',
  source: 'monitor',
  node: null,
  summary,
  details: null,
  resolved: false,
  resolvedAt: null,
  resolvedBy: null,
});
const insert = async (manager: EntityManager, summary: string): Promise<number> =>
  (await manager.insert(EventEntity, aRow(summary))).identifiers[0]!['id'];

/** Lets the database itself refuse some rows, so that real requests fail in the middle of their unit. */
function refuseBadRows(): void {
  onlooker.exec(`CREATE TRIGGER refuse BEFORE INSERT ON events WHEN NEW.summary LIKE 'bad%'
    BEGIN SELECT RAISE(ABORT, 'refused by the test'); END`);
}

/** A plain request, without the checks of the answer that `service.call` makes, for where there are thousands. */
function post(path: string, body: object): Promise<number | undefined> {
  const headers = { authorization: `Bearer ${service.token}`, 'content-type': 'application/json' };
  return new Promise((resolve, reject) => {
    const request = http.request(
      `${service.url}/api${path}`,
      { method: 'POST', agent, headers },
      (response) => {
        response.resume().on('end', () => {
          resolve(response.statusCode);
        });
      },
    );
    request.on('error', reject).end(JSON.stringify(body));
  });
}
const agent = new http.Agent({ keepAlive: true });

/** Sends a request but for its last byte; what is returned sends that, and gives the status of the answer. */
function begin(path: string, body: string): Promise<() => Promise<number>> {
  const { hostname, port } = new URL(service.url);
  const head = [
    `POST /api${path} HTTP/1.1`,
    'Host: test',
    `Authorization: Bearer ${service.token}`,
    'Content-Type: application/json',
    `Content-Length: ${body.length}`,
    'Connection: close',
  ];
  const socket = net.connect(Number(port), hostname);
  const status = new Promise<number>((resolve, reject) => {
    let answer = '';
    socket.on('data', (data) => (answer += String(data))).on('error', reject);
    socket.on('close', () => {
      resolve(Number(answer.slice(9, 12)));
    });
  });
  return new Promise((resolve) => {
    socket.write(`${head.join('\r\n')}\r\n\r\n${body.slice(0, -1)}`, () => {
      resolve(() => {
        socket.write(body.slice(-1));
        return status;
      });
    });
  });
}

/** A promise that is resolved by hand. */
function aGate(): { opened: Promise<void>; open: () => void } {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
}

async function codeOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => 'written',
    (error: unknown) => (error as { code?: unknown }).code ?? (error as Error).message,
  );
}

/** Begins a write that holds up all others until it is released. */
async function holdUp(): Promise<{ first: Promise<void>; release: () => void }> {
  const begun = aGate();
  const gate = aGate();
  const first = database.write(() => {
    begun.open();
    return gate.opened;
  });
  await begun.opened;
  return { first, release: gate.open };
}

/** How many writes wait for the one that is under way. */
const waiting = (): number => database['queue']!.depth;

/** The moments at which the log was synced: the frames in it that end a transaction. */
function commitsInLog(): number {
  const log = readFileSync(`${service.file}-wal`);
  const frameBytes = 24 + log.readUInt32BE(8);
  const salt = log.toString('hex', 16, 24);
  let commits = 0;
  for (let at = 32; at + frameBytes <= log.length; at += frameBytes) {
    const isOfThisLog = log.toString('hex', at + 8, at + 16) === salt;
    if (isOfThisLog && log.readUInt32BE(at + 4) > 0) commits++;
  }
  return commits;
}

describe('An acknowledged write', () => {
  it('is seen by another program at the moment of its acknowledgement', async () => {
    for (let number = 0; number < 20; number++) {
      const { id } = await events.saveEvent(anEvent({ summary: `event ${number}` }));
      expect(onlooker.prepare('SELECT summary FROM events WHERE id = ?').pluck().get(id)).toBe(
        `event ${number}`,
      );
    }
    const { body } = await service
      .call('post', '/memory/events')
      .send(anEvent({ summary: 'last' }))
      .expect(201);
    expect(onlooker.prepare('SELECT summary FROM events WHERE id = ?').pluck().get(body.event.id)).toBe(
      'last',
    );
  });

  it('has the id of its place in the order of arrival', async () => {
    const summaries = Array.from({ length: 300 }, (_, number) => `event ${number}`);
    const saved = await Promise.all(summaries.map((summary) => events.saveEvent(anEvent({ summary }))));
    const ids = saved.map(({ id }) => id);
    expect(ids).toEqual([...ids].sort((a, b) => a - b));
    expect(onDisk()).toEqual(summaries);
  });

  it('shares one commit with all that were queued at the same moment', async () => {
    onlooker.pragma('wal_checkpoint(TRUNCATE)');
    // A machine that is slow just now would end the group by its time.
    Object.assign(database['queue']!, { clock: () => 0 });
    await Promise.all(Array.from({ length: 200 }, () => events.saveEvent(anEvent())));
    expect(commitsInLog()).toBe(1);
    for (let number = 0; number < 3; number++) await events.saveEvent(anEvent());
    expect(commitsInLog()).toBe(4);
  });
});

/** Counts turns of the event loop while something goes on. */
async function turnsDuring(work: Promise<unknown>): Promise<number> {
  let turns = 0;
  let isOver = false;
  const count = (): void => {
    if (isOver) return;
    turns++;
    setImmediate(count);
  };
  count();
  await work.finally(() => (isOver = true));
  return turns;
}

describe('A large unit', () => {
  it('leaves others their turn: 32 batches of 1000 are all there, in order, and each whole', async () => {
    const batches = Array.from({ length: 32 }, (_, batch) => ({
      events: Array.from({ length: 1000 }, (__, index) => anEvent({ summary: `${batch} ${index}` })),
    }));
    const saved = batches.map((batch) => events.saveEvents(batch));
    let answered = 0;
    const written = new AbortController();
    const others = (async () => {
      for (; !written.signal.aborted; answered++) await fetch(`${service.url}/api/health/live`);
    })();
    expect(await turnsDuring(Promise.all(saved))).toBeGreaterThan(32 * 4);
    written.abort();
    await others;
    expect(answered).toBeGreaterThan(5);
    expect(onDisk()).toEqual(batches.flatMap((batch) => batch.events.map(({ summary }) => summary)));
    const ids = (await Promise.all(saved)).flatMap((batch) => batch.map(({ id }) => id));
    expect(ids).toEqual(ids.map((_, index) => ids[0]! + index));
  });

  it('is read and checked in a turn of its own, also where many arrive at once', async () => {
    let turn = 0;
    let isOver = false;
    const count = (): void => {
      turn++;
      if (!isOver) setImmediate(count);
    };
    count();
    const turns: number[] = [];
    const routes = service.app.get(EventsTextService, { strict: false });
    const save = routes.saveEvents.bind(routes);
    jest.spyOn(routes, 'saveEvents').mockImplementation((input) => {
      turns.push(turn);
      return save(input);
    });
    const body = JSON.stringify({ events: Array.from({ length: 400 }, () => anEvent()) });
    // All but the last byte of each arrives first, and then the last bytes of all in one turn.
    const batches = await Promise.all(Array.from({ length: 24 }, () => begin('/memory/events/batch', body)));
    await pause(200);
    const statuses = await Promise.all(batches.map((finish) => finish()));
    isOver = true;
    expect(new Set(statuses)).toEqual(new Set([201]));
    expect(new Set(turns).size).toBe(24);
  });

  it('is undone as a whole where its last row is refused, after turns of others', async () => {
    refuseBadRows();
    const batch = Array.from({ length: 1000 }, (_, index) =>
      anEvent({ summary: index === 999 ? 'bad' : 'good' }),
    );
    const units = [events.saveEvents({ events: batch }), events.saveEvent(anEvent({ summary: 'alone' }))];
    expect((await Promise.allSettled(units)).map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
    expect(onDisk()).toEqual(['alone']);
  });

  it('leaves others their turn as well where it deletes a long conversation', async () => {
    const conversations = service.app.get(ConversationsService, { strict: false });
    onlooker.exec(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000)
      INSERT INTO conversations (session_id, timestamp, role, content)
      SELECT CASE i WHEN 7 THEN 'other' ELSE 'long' END, '2026-01-01T00:00:00.000Z', 'user', 'x' FROM n`);
    const deleted = conversations.deleteSession('long');
    expect(await turnsDuring(deleted)).toBeGreaterThan(14);
    expect(await deleted).toBe(true);
    expect(onlooker.prepare('SELECT session_id FROM conversations').pluck().all()).toEqual(['other']);
    expect(onlooker.prepare('SELECT session_id FROM conversation_sessions').pluck().all()).toEqual(['other']);
    expect(await conversations.deleteSession('long')).toBe(false);
  });

  it('counts the bytes of what waits, whatever is written', async () => {
    const details = { text: 'x'.repeat(1_000_000) };
    const units = Array.from({ length: 80 }, () => events.saveEvent(anEvent({ details })));
    const settled = await Promise.allSettled(units);
    const refused = settled.filter((one) => one.status === 'rejected');
    expect(refused.length).toBeGreaterThan(5);
    expect(refused.map(({ reason }) => (reason as { code: unknown }).code)).toEqual(
      refused.map(() => 'write_queue_full'),
    );
    expect(onDisk()).toHaveLength(80 - refused.length);
  });
});

describe('A unit of work', () => {
  it('that throws undoes itself only', async () => {
    const units = [
      database.write((manager) => insert(manager, 'a')),
      database.write(async (manager) => {
        await insert(manager, 'b');
        await manager.query('DELETE FROM events');
        throw new Error('on second thought');
      }),
      database.write((manager) => insert(manager, 'c')),
    ];
    expect(await Promise.all(units.map(codeOf))).toEqual(['written', 'on second thought', 'written']);
    expect(onDisk()).toEqual(['a', 'c']);
  });

  it('takes entities, saved and in transactions of their own, and undoes them with itself', async () => {
    const preference = (key: string): PreferenceEntity =>
      Object.assign(new PreferenceEntity(), { key, value: 'v', updatedAt: '2026-11-22T20:15:00.000Z' });
    const work = async (manager: EntityManager, name: string): Promise<void> => {
      await manager.save(Object.assign(new EventEntity(), aRow(`${name} saved`)));
      await manager.transaction(async (inner) => {
        await inner.save(preference(name));
        await inner.transaction((innermost) => insert(innermost, `${name} inside`));
      });
      const given = manager
        .transaction(async (inner) => {
          await insert(inner, `${name} given up`);
          throw new Error('inner');
        })
        .catch(() => undefined);
      await given;
      await insert(manager, `${name} after`);
    };
    await Promise.all([
      database.write((manager) => work(manager, 'kept')),
      codeOf(
        database.write(async (manager) => {
          await work(manager, 'undone');
          throw new Error('outer');
        }),
      ),
      database.write((manager) => work(manager, 'kept too')),
    ]);
    const kept = ['kept', 'kept too'];
    expect(onDisk()).toEqual(
      kept.flatMap((name) => ['saved', 'inside', 'after'].map((part) => `${name} ${part}`)),
    );
    expect(onlooker.prepare('SELECT key FROM preferences ORDER BY key').pluck().all()).toEqual(kept);
    expect(writer.inTransaction).toBe(false);
  });

  it('leaves nothing behind of parts that go on after another part of it has failed', async () => {
    const failed = database.write((manager) =>
      Promise.all([
        manager.query('INSERT INTO no_such_table VALUES (1)'),
        pause(2).then(() => insert(manager, 'late')),
        manager.save(Object.assign(new EventEntity(), aRow('slow'))),
      ]),
    );
    const others = Array.from({ length: 40 }, (_, number) =>
      database.write(async (manager) => {
        await pause(0);
        return insert(manager, `other ${number}`);
      }),
    );
    expect(await codeOf(failed)).toBe('SQLITE_ERROR');
    await Promise.all(others);
    await pause(10);
    expect(onDisk().filter((summary) => !String(summary).startsWith('other'))).toEqual([]);
    expect(onDisk()).toHaveLength(40);
  });

  it('is seen by nobody while it is in the middle', async () => {
    await events.saveEvent(anEvent({ summary: 'before' }));
    const middle = aGate();
    const end = aGate();
    const unit = database.write(async (manager) => {
      await insert(manager, 'unfinished');
      await manager.query(`UPDATE events SET summary = 'changed' WHERE summary = 'before'`);
      middle.open();
      await end.opened;
    });
    await middle.opened;
    const listed = async (): Promise<string[]> =>
      (await service.call('get', '/memory/events').expect(200)).body.events.map(
        (event: EventEntity) => event.summary,
      );
    expect(await listed()).toEqual(['before']);
    expect((await events.getRecentEvents()).map(({ summary }) => summary)).toEqual(['before']);
    expect(onDisk()).toEqual(['before']);
    end.open();
    await unit;
    expect((await listed()).sort()).toEqual(['changed', 'unfinished']);
  });
});

describe('400 requests at once, of which 30 % fail in the middle of their unit', () => {
  it('lose no acknowledged row and keep no row of a failed one, in 20 runs', async () => {
    refuseBadRows();
    const expected = new Set<unknown>();
    for (let run = 0; run < 20; run++) {
      const requests = Array.from({ length: 400 }, (_, number) => aRequest(`${run}.${number}`, number));
      const results = await Promise.all(requests.map(({ send }) => send()));
      const acknowledged = requests.filter((_, number) => results[number]);
      for (const { rows } of acknowledged) for (const row of rows) expected.add(row);
      const rows = onDisk();
      expect(acknowledged).toHaveLength(280);
      expect(rows).toHaveLength(expected.size);
      expect(rows.filter((row) => !expected.has(row))).toEqual([]);
    }
  });

  interface OneRequest {
    readonly rows: readonly string[];
    /** @returns whether it was acknowledged. */
    readonly send: () => Promise<boolean>;
  }

  /** Single events, batches and in-process units; three of ten fail, in different ways. */
  function aRequest(name: string, number: number): OneRequest {
    const kind = number % 20;
    const single = (summary: string): OneRequest => ({
      rows: [summary],
      send: async () => (await post('/memory/events', anEvent({ summary }))) === 201,
    });
    const batch = (rows: string[]): OneRequest => ({
      rows,
      send: async () => {
        const body = { events: rows.map((summary) => anEvent({ summary })) };
        return (await post('/memory/events/batch', body)) === 201;
      },
    });
    const unit = (fails: boolean): OneRequest => ({
      rows: [`unit ${name}`],
      send: () =>
        database
          .write(async (manager) => {
            await insert(manager, `unit ${name}`);
            if (fails) throw new Error('on purpose');
          })
          .then(
            () => true,
            () => false,
          ),
    });
    if (kind < 3) return single(`bad ${name}`);
    if (kind < 5) return batch([`a ${name}`, `b ${name}`, `bad ${name}`]);
    if (kind === 5) return unit(true);
    if (kind < 8) return unit(false);
    return kind < 10 ? batch([`a ${name}`, `b ${name}`]) : single(`good ${name}`);
  }
});

describe('A database that fails while it is written', () => {
  const noRoom = (): unknown =>
    writer.pragma(`max_page_count = ${String(writer.pragma('page_count', { simple: true }))}`);
  const room = (): unknown => writer.pragma('max_page_count = 1000000');
  const large = { text: 'x'.repeat(100_000) };

  /** Reading goes on, and writing does as soon as the cause is gone. */
  async function expectRecovered(before: unknown[]): Promise<void> {
    expect(writer.inTransaction).toBe(false);
    expect(onDisk()).toEqual(before);
    const { body } = await service
      .call('post', '/memory/events')
      .send(anEvent({ summary: 'again' }))
      .expect(201);
    expect(onDisk()).toEqual([...before, 'again']);
    await service.call('get', `/memory/events/${body.event.id}`).expect(200);
    const entity = Object.assign(new EventEntity(), aRow('entity'));
    await database.write((manager) => manager.save(entity));
    expect(onDisk()).toEqual([...before, 'again', 'entity']);
  }

  it('answers 507 where the disk is full, reads on, and writes on once there is room', async () => {
    await service
      .call('post', '/memory/events')
      .send(anEvent({ summary: 'kept' }))
      .expect(201);
    noRoom();
    for (let time = 0; time < 3; time++) {
      const { headers, text } = await service
        .call('post', '/memory/events')
        .send(anEvent({ details: large }))
        .expect(507);
      expect(JSON.parse(text)).toMatchObject({ code: 'storage_full', status: 507 });
      expect(Number(headers['retry-after'])).toBeGreaterThan(0);
    }
    const { body } = await service.call('get', '/memory/events').expect(200);
    expect(body.events).toHaveLength(1);
    expect(writer.inTransaction).toBe(false);
    room();
    await expectRecovered(['kept']);
  });

  it('keeps exactly what it acknowledged, where the disk becomes full in the middle of many writes', async () => {
    await events.saveEvent(anEvent({ summary: 'kept' }));
    writer.pragma(`max_page_count = ${Number(writer.pragma('page_count', { simple: true })) + 200}`);
    const names = Array.from({ length: 300 }, (_, number) => `event ${number}`);
    const codes = await Promise.all(
      names.map((summary, number) =>
        codeOf(events.saveEvent(anEvent({ summary, details: number % 10 === 9 ? large : { number } }))),
      ),
    );
    expect(new Set(codes)).toEqual(new Set(['written', 'storage_full']));
    const kept = ['kept', ...names.filter((_, number) => codes[number] === 'written')];
    expect(onDisk()).toEqual(kept);
    room();
    await expectRecovered(kept);
  });

  it('fails nested saves with 507 as well, and is in no transaction afterwards', async () => {
    noRoom();
    const entity = (summary: string): EventEntity =>
      Object.assign(new EventEntity(), aRow(summary), { details: JSON.stringify(large) });
    const unit = database.write((manager) =>
      manager.transaction(async (inner) => {
        await inner.save([entity('one'), entity('two')]);
      }),
    );
    await expect(unit).rejects.toMatchObject({ code: 'storage_full', status: 507 });
    room();
    await expectRecovered([]);
  });

  it('answers 503 where another program holds the lock too long, reads on, and writes on afterwards', async () => {
    await events.saveEvent(anEvent({ summary: 'kept' }));
    onlooker.exec('BEGIN EXCLUSIVE');
    const { text, headers } = await service.call('post', '/memory/events').send(anEvent()).expect(503);
    expect(JSON.parse(text)).toMatchObject({ code: 'database_busy' });
    expect(Number(headers['retry-after'])).toBeGreaterThan(0);
    await service.call('get', '/memory/events').expect(200);
    onlooker.exec('COMMIT');
    await expectRecovered(['kept']);
  });

  it('reads on while a write waits for the lock of another program, and writes when it is released', async () => {
    onlooker.exec('BEGIN IMMEDIATE');
    // The wait for the lock ends by the clock.
    const clock = jest.spyOn(Date, 'now').mockReturnValue(Date.now());
    const order: string[] = [];
    const written = post('/memory/events', anEvent({ summary: 'patient' })).finally(() =>
      order.push('written'),
    );
    const behind = database.write((manager) => insert(manager, 'behind'));
    await service.callAnonymously('get', '/health/live').expect(200);
    await service.call('get', '/memory/events').expect(200);
    order.push('read');
    clock.mockRestore();
    onlooker.exec('COMMIT');
    expect(await written).toBe(201);
    await behind;
    expect(onDisk().sort()).toEqual(['behind', 'patient']);
    expect(order).toEqual(['read', 'written']);
  });

  it('fails all units of a commit that is refused, keeps none of them, and goes on', async () => {
    await events.saveEvent(anEvent({ summary: 'kept' }));
    onlooker.exec(`CREATE TABLE parents (id integer PRIMARY KEY);
      CREATE TABLE children (parent REFERENCES parents (id) DEFERRABLE INITIALLY DEFERRED)`);
    const units = [
      database.write((manager) => insert(manager, 'companion')),
      database.write((manager) => manager.query('INSERT INTO children VALUES (7)')),
    ];
    expect(await Promise.all(units.map(codeOf))).toEqual(
      Array.from({ length: 2 }, () => 'SQLITE_CONSTRAINT_FOREIGNKEY'),
    );
    await expectRecovered(['kept']);
  });
});

describe('The queue of writes', () => {
  it('refuses with 503 what is past its bound, and keeps all that it accepted', async () => {
    const { release, first } = await holdUp();
    const results = Array.from({ length: 5010 }, (_, number) =>
      codeOf(database.write((manager) => insert(manager, `event ${number}`))),
    );
    const { headers, text } = await service.call('post', '/memory/events').send(anEvent()).expect(503);
    expect(JSON.parse(text)).toMatchObject({ code: 'write_queue_full' });
    expect(Number(headers['retry-after'])).toBeGreaterThan(0);
    await service.call('get', '/memory/events').expect(200);
    release();
    await first;
    const codes = await Promise.all(results);
    expect(codes.filter((code) => code === 'write_queue_full')).toHaveLength(10);
    expect(onDisk()).toHaveLength(codes.filter((code) => code === 'written').length);
    await service.call('post', '/memory/events').send(anEvent()).expect(201);
  });

  it('is emptied before the service stops: every write is settled, and on disk where it was acknowledged', async () => {
    const writes = Array.from({ length: 600 }, (_, number) =>
      codeOf(events.saveEvent(anEvent({ summary: `event ${number}` }))),
    );
    let settled = 0;
    for (const write of writes) void write.then(() => settled++);
    await service.stop();
    await pause(0);
    expect(settled).toBe(600);
    const codes = await Promise.all(writes);
    expect(new Set(codes)).toEqual(new Set(['written']));
    expect(onDisk()).toHaveLength(600);
    await expect(events.saveEvent(anEvent())).rejects.toMatchObject({
      code: 'database_unavailable',
      status: 503,
    });
    onlooker.close();
    expect(readdirSync(service.folder)).toEqual(['jarvis.db', 'jarvis.db.lock', 'jarvis.db.password-hash']);
  });

  it('ends though clients go on sending, and loses no request that was acknowledged', async () => {
    let sent = 0;
    let isOver = false;
    const acknowledged: string[] = [];
    const client = async (): Promise<void> => {
      while (!isOver) {
        const summary = `event ${sent++}`;
        const status = await post('/memory/events', anEvent({ summary })).catch(() => 0);
        if (status === 201) acknowledged.push(summary);
        await pause(5);
      }
    };
    // Every connection has a request under way at the moment at which the service is told to stop.
    const { release, first } = await holdUp();
    const clients = Array.from({ length: 16 }, client);
    while (waiting() < 16) await pause(5);
    const stopped = service.stop();
    await pause(50);
    release();
    await first;
    // They go on until it has stopped, however long that takes.
    await stopped;
    isOver = true;
    await Promise.all(clients);
    const rows = onDisk();
    expect(acknowledged.length).toBeGreaterThanOrEqual(16);
    expect(acknowledged.filter((summary) => !rows.includes(summary))).toEqual([]);
  });

  it('ends though a client keeps its connection after the answer to its last request', async () => {
    const { release, first } = await holdUp();
    const answered = post('/memory/events', anEvent({ summary: 'last' }));
    while (waiting() < 1) await pause(5);
    const stopped = service.stop();
    await pause(50);
    release();
    await first;
    expect(await answered).toBe(201);
    // It keeps its connection for as long as the test lasts.
    await stopped;
    expect(onDisk()).toEqual(['last']);
  });
});

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
