import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import Sqlite from 'better-sqlite3';
import { HealthIndicators, type HealthIndicator } from '../../src/observability/health-indicators.js';
import { RetentionRun } from '../../src/retention/index.js';
import { aMessage, anEvent } from '../factories/index.js';
import { startBuilt, type BuiltProgram } from '../support/built.js';
import { PASSWORD, SECRET, startService, type TestService } from '../support/service.js';
import { canMount, megabytes, SmallDisk } from '../support/small-disk.js';
import { askUncached } from '../support/health.js';

const RESERVE = megabytes(8);
const LIMITS = { DISK_RESERVE: '8MB', DISK_MIN_FREE: '20MB', RATE_LIMIT: '0' };
const FILLER = 'x'.repeat(64_000);
const CLIENTS = 16;
/** A refused write moves the log, and looks at the disk again, where that was longer ago than a second. */
const RECHECK_MS = 1100;
const NAMES_WHAT_IS_MISSING = /^The disk is full; nothing was written\. Free at least \d+ MB on the disk/;

const mounts = canMount();
const withSmallDisks = mounts ? describe : describe.skip;

interface Answer {
  readonly status: number;
  readonly body: ReturnType<typeof JSON.parse>;
}

/** A client of the service, without the checks of `TestService.call`, which would be the slowest part here. */
class Client {
  readonly acknowledged: string[] = [];
  private count = 0;

  constructor(
    private readonly url: string,
    private readonly token: string,
  ) {}

  async send(method: string, path: string, body?: object): Promise<Answer> {
    const response = await fetch(`${this.url}/api${path}`, {
      method,
      headers: { authorization: `Bearer ${this.token}`, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
  }

  /** Saves an event of 64 KB that has a name of its own. */
  async save(): Promise<Answer> {
    const summary = `event ${this.count++} of ${this.url}`;
    const answer = await this.send('POST', '/memory/events', anEvent({ summary, details: { FILLER } }));
    if (answer.status === 201) this.acknowledged.push(summary);
    return answer;
  }

  /**
   * Many at once save until the disk is full. The log, once it is moved into the file, may leave room again, which is then
   * filled as well. @returns how often each status was answered.
   */
  async saveUntilFull(): Promise<Record<number, number>> {
    const statuses: Record<number, number> = {};
    const one = async (): Promise<void> => {
      for (let refused = 0; refused < 5;) {
        const { status } = await this.save();
        statuses[status] = (statuses[status] ?? 0) + 1;
        if (status !== 201) refused++;
      }
    };
    await Promise.all(Array.from({ length: CLIENTS }, one));
    await until(async () => {
      await pause(RECHECK_MS);
      const { status, body } = await this.save();
      return status === 507 && NAMES_WHAT_IS_MISSING.test(body.detail);
    });
    return statuses;
  }

  /** Saves one event again and again until it is taken. @returns the first answer that is not 507. */
  async saveWhenTaken(): Promise<Answer> {
    let answer: Answer | undefined;
    await until(async () => (answer = await this.save()).status !== 507);
    return answer!;
  }
}

/** How the disk is at this moment; an answer on the health serves for a second. */
function diskOf({ app }: TestService): HealthIndicator {
  return app
    .get(HealthIndicators)
    .all()
    .find(({ name }) => name === 'disk')!;
}

withSmallDisks(`A full disk${mounts ? '' : ' (skipped: mounting a small disk takes root)'}`, () => {
  let disk: SmallDisk;
  let service: TestService | undefined;
  let program: BuiltProgram | undefined;
  let file: string;
  beforeEach(() => {
    disk = new SmallDisk(64);
    file = join(disk.folder, 'jarvis.db');
  });
  afterEach(async () => {
    await service?.stop();
    await program?.end('SIGKILL');
    service = program = undefined;
    disk.unmount();
  });

  async function start(environment: Record<string, string> = LIMITS): Promise<Client> {
    service = await startService({ folder: disk.folder, environment });
    return new Client(service.url, service.token);
  }

  async function startProgram(): Promise<Client> {
    const settings = { DB_PATH: file, JARVIS_PASSWORD: PASSWORD, JWT_SECRET: SECRET, ...LIMITS };
    program = await startBuilt(settings);
    const { body } = await new Client(program.url, '').send('POST', '/auth/login', {
      password: PASSWORD,
    });
    return new Client(program.url, body.token);
  }

  const reserveSize = (): number | undefined => statSync(`${file}.reserve`, { throwIfNoEntry: false })?.size;
  const reserveMade = (): Promise<void> => until(() => reserveSize() === RESERVE);

  function onDisk(): string[] {
    const handle = new Sqlite(file, { readonly: true });
    try {
      expect(handle.pragma('integrity_check', { simple: true })).toBe('ok');
      return handle.prepare('SELECT summary FROM events ORDER BY id').pluck().all() as string[];
    } finally {
      handle.close();
    }
  }

  async function expectRefusedWritesAndGoodReads(client: Client): Promise<void> {
    const { status, body } = await client.save();
    expect({ status, code: body.code }).toEqual({ status: 507, code: 'storage_full' });
    expect(body.detail).toMatch(NAMES_WHAT_IS_MISSING);
    for (const path of ['/memory/events?limit=200', '/memory/conversations', '/memory/preferences'])
      expect((await client.send('GET', path)).status).toBe(200);
    expect((await client.send('GET', '/health/live')).status).toBe(200);
    const health = await askUncached(() => client.send('GET', '/health'));
    expect({ status: health.status, disk: health.body.components.disk.state }).toEqual({
      status: 503,
      disk: 'down',
    });
  }

  it('refuses what is new and says what to do; reads and deletes; writes by itself when there is room', async () => {
    disk.fillUpTo(megabytes(34));
    const client = await start();
    await reserveMade();
    await client.send('PUT', '/memory/preferences/theme', { value: 'dark' });
    await client.send('POST', '/memory/conversations', aMessage({ sessionId: 'long' }));
    const states = new Set<string>();
    const statuses = new Set<number>();
    let isOver = false;
    const watch = async (): Promise<void> => {
      while (!isOver) {
        states.add((await diskOf(service!).condition()).state);
        statuses.add((await client.send('GET', '/memory/events?limit=10')).status);
        await pause(20);
      }
    };
    const watched = watch();
    const answered = await client.saveUntilFull();
    isOver = true;
    await watched;
    expect(Object.keys(answered)).toEqual(['201', '507']);
    expect([...statuses]).toEqual([200]);
    expect([...states].slice(0, 2)).toEqual(['up', 'degraded']);

    expect(reserveSize()).toBe(0);
    await expectRefusedWritesAndGoodReads(client);
    await service!.call('post', '/memory/events').send(anEvent()).expect(507);
    await service!.call('put', '/memory/preferences/theme').send({ value: 'light' }).expect(507);
    await service!.call('delete', '/memory/preferences/theme').expect(204);
    await service!.call('delete', '/memory/conversations/long').expect(204);
    await service!.call('delete', '/memory/conversations/long').expect(404);
    expect(onDisk()).toEqual(expect.arrayContaining(client.acknowledged));

    disk.empty();
    expect((await client.saveWhenTaken()).status).toBe(201);
    expect(reserveSize()).toBe(RESERVE);
    const health = await askUncached(() => client.send('GET', '/health'));
    expect({ status: health.status, disk: health.body.components.disk.state }).toEqual({
      status: 200,
      disk: 'up',
    });
    for (let more = 0; more < 100; more++) expect((await client.save()).status).toBe(201);
    expect(onDisk().sort()).toEqual(client.acknowledged.sort());
    // Each change is told once.
    const told = (beginning: string): number =>
      service!.log.filter((line) => line.startsWith(beginning)).length;
    expect(told('The disk is full')).toBeGreaterThanOrEqual(1);
    expect(told('There is room on the disk again')).toBe(told('The disk is full'));
  });

  it('goes on as well where the room comes back while nobody writes', async () => {
    disk.fillUpTo(megabytes(16));
    const client = await start();
    await reserveMade();
    await client.saveUntilFull();
    disk.empty();
    await reserveMade();
    expect((await client.save()).status).toBe(201);
  });

  it('makes room by deleting what is no longer needed', async () => {
    disk.fillUpTo(megabytes(40));
    const client = await start();
    await reserveMade();
    const content = 'y'.repeat(900_000);
    for (let turn = 0; turn < 20; turn++) {
      const message = aMessage({ sessionId: 'long', content });
      expect((await client.send('POST', '/memory/conversations', message)).status).toBe(201);
    }
    await client.saveUntilFull();
    await expectRefusedWritesAndGoodReads(client);
    expect((await client.send('DELETE', '/memory/conversations/long')).status).toBe(204);
    expect((await client.saveWhenTaken()).status).toBe(201);
    expect(reserveSize()).toBe(RESERVE);
    expect(onDisk().sort()).toEqual(client.acknowledged.sort());
  });

  it('gets room from retention, which is when it is needed most', async () => {
    disk.fillUpTo(megabytes(40));
    const client = await start();
    await reserveMade();
    const old = { severity: 'info' as const, timestamp: '2026-01-01T00:00:00.000Z', details: { FILLER } };
    for (let turn = 0; turn < 100; turn++) {
      const { body } = await client.send('POST', '/memory/events', anEvent(old));
      expect((await client.send('POST', `/memory/events/${body.event.id}/resolve`)).status).toBe(200);
    }
    await client.saveUntilFull();
    await expectRefusedWritesAndGoodReads(client);
    const rules = { events: 'info=1d', confirm: true };
    expect((await client.send('PUT', '/admin/retention', rules)).status).toBe(200);
    const run = await service!.app.get(RetentionRun).run();
    expect(run).toMatchObject({ forgotten: { events: 100 }, failed: false });
    expect((await client.saveWhenTaken()).status).toBe(201);
    expect(reserveSize()).toBe(RESERVE);
    expect(onDisk()).toEqual(expect.arrayContaining(client.acknowledged));
  });

  it('is noticed before a write fails, where another program fills it', async () => {
    const client = await start();
    await reserveMade();
    disk.fillUpTo(4096);
    await until(() => reserveSize() === 0);
    await expectRefusedWritesAndGoodReads(client);
    expect(disk.freeBytes).toBeGreaterThanOrEqual(RESERVE);
  });

  it('is a problem for new writes alone where there is no reserve', async () => {
    const client = await start({ ...LIMITS, DISK_RESERVE: '0' });
    disk.fillUpTo(megabytes(8));
    const statuses = await client.saveUntilFull();
    expect(Object.keys(statuses)).toEqual(['201', '507']);
    expect(existsSync(`${file}.reserve`)).toBe(false);
    await expectRefusedWritesAndGoodReads(client);
    disk.empty();
    expect((await client.saveWhenTaken()).status).toBe(201);
    expect(onDisk().sort()).toEqual(client.acknowledged.sort());
  });

  it('does not keep the service from starting: the reserve makes room for it', async () => {
    let client = await start();
    await reserveMade();
    await client.save();
    await client.send('PUT', '/memory/preferences/theme', { value: 'dark' });
    await service!.stop();
    disk.fillUpTo(0);
    client = await start();
    expect(reserveSize()).toBe(0);
    await expectRefusedWritesAndGoodReads(client);
    expect((await client.send('DELETE', '/memory/preferences/theme')).status).toBe(204);
    disk.empty();
    expect((await client.saveWhenTaken()).status).toBe(201);
  });

  it('begins to write at once where there is room again at the start', async () => {
    disk.fillUpTo(megabytes(16));
    let client = await start();
    await reserveMade();
    await client.saveUntilFull();
    await service!.stop();
    expect(reserveSize()).toBe(0);
    disk.resize(128);
    client = await start();
    expect((await client.save()).status).toBe(201);
    await reserveMade();
  });

  it('takes writes on a disk that is too small for the reserve', async () => {
    disk.fillUpTo(megabytes(10));
    const client = await start();
    expect((await client.save()).status).toBe(201);
    expect(existsSync(`${file}.reserve`)).toBe(false);
    const { body } = await client.send('GET', '/health');
    expect(body.components.disk.state).toBe('degraded');
  });

  it.each([
    ['with half of the room of the reserve', RESERVE / 2],
    ['to the last byte, filled by another program', 0],
  ])(
    'survives kill -9, and starts, reads and refuses on the disk that is still full, %s',
    async (_, left) => {
      disk.fillUpTo(megabytes(24));
      let client = await startProgram();
      await reserveMade();
      expect(Object.keys(await client.saveUntilFull())).toEqual(['201', '507']);
      const { acknowledged } = client;
      await program!.end('SIGKILL');
      disk.fillUpTo(left);

      client = await startProgram();
      await expectRefusedWritesAndGoodReads(client);
      expect(disk.freeBytes).toBeGreaterThanOrEqual(left * 0.9);
      expect(onDisk()).toEqual(expect.arrayContaining(acknowledged));

      disk.empty();
      disk.resize(128);
      expect((await client.saveWhenTaken()).status).toBe(201);
      expect(reserveSize()).toBe(RESERVE);
      expect(await program!.end('SIGTERM')).toEqual({ code: 0, signal: null });
      expect(onDisk().filter((summary) => !acknowledged.includes(summary))).toHaveLength(1);
    },
  );
});

/** Waits for what the service does by itself. */
async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await pause(20);
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
