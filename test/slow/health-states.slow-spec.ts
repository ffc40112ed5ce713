import { spawnSync } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import Sqlite, { type Database as SqliteHandle } from 'better-sqlite3';
import { HealthIndicators, type HealthStatus } from '../../src/observability/health-indicators.js';
import { EventsService } from '../../src/events/index.js';
import { anEvent } from '../factories/index.js';
import { startBuilt, type BuiltProgram } from '../support/built.js';
import { PASSWORD, startService, temporaryFolder, type TestService } from '../support/service.js';
import { askUncached } from '../support/health.js';

interface Health {
  readonly status: string;
  readonly components: Readonly<Record<string, { state: string; since: string; detail: string }>>;
}

describe('Health while another program holds the lock', () => {
  /** More than half of 5000, besides the 256 of which the transaction waits for the lock. */
  const WRITES = 2800;
  let service: TestService;
  let lock: SqliteHandle;

  beforeAll(async () => {
    service = await startService();
    lock = new Sqlite(service.file);
  });
  afterAll(async () => {
    lock.close();
    await service.destroy();
  });

  async function health(): Promise<Health> {
    const { body } = await service.callAnonymously('get', '/health').expect(200);
    return body;
  }

  it('is degraded once the queue is over half full, since then, for all who ask, until it is empty', async () => {
    lock.exec('BEGIN IMMEDIATE');
    const events = service.app.get(EventsService, { strict: false });
    const begun = new Date().toISOString();
    // The wait for the lock ends by the clock.
    const clock = jest.spyOn(Date, 'now').mockReturnValue(Date.now());
    const writes = Array.from({ length: WRITES }, () => events.saveEvent(anEvent()));
    const asked = await Promise.all(Array.from({ length: 20 }, health));
    const queues = asked.map(({ components }) => components['writeQueue']!);
    expect(new Set(asked.map(({ status }) => status))).toEqual(new Set(['degraded']));
    expect(new Set(queues.map(({ state }) => state))).toEqual(new Set(['degraded']));
    expect(new Set(queues.map(({ since }) => since)).size).toBe(1);
    expect(queues[0]!.since >= begun).toBe(true);
    expect((await health()).components['writeQueue']!.since).toBe(queues[0]!.since);
    clock.mockRestore();
    lock.exec('COMMIT');
    await Promise.all(writes);
    const { status, components } = await askUncached(health);
    expect(status).toBe('up');
    expect(components['writeQueue']).toMatchObject({ state: 'up', detail: '0 of at most 5000 writes wait.' });
    expect(components['writeQueue']!.since > queues[0]!.since).toBe(true);
  });

  it('is degraded once a write was given up for the lock, and up again by itself, although nobody writes', async () => {
    lock.exec('BEGIN IMMEDIATE');
    const begun = new Date().toISOString();
    await service.call('post', '/memory/events').send(anEvent()).expect(503);
    const { status, components } = await askUncached(health);
    expect(status).toBe('degraded');
    expect(components['database']).toMatchObject({
      state: 'degraded',
      detail: expect.stringMatching(/locked/),
    });
    expect(components['database']!.since >= begun).toBe(true);
    expect(components['writeQueue']).toMatchObject({ state: 'degraded' });
    await service.call('get', '/memory/events').expect(200);
    lock.exec('COMMIT');
    while ((await health()).status !== 'up') await sleep(50);
    const { body } = await service.call('get', '/memory/events?limit=1').expect(200);
    expect(body.events).toHaveLength(1);
  });

  it('has logged each change once, and no path', () => {
    const changes = service.log.filter((line) => /(is degraded since|is up again)/.test(line));
    expect(changes.filter((line) => line.startsWith('database is degraded'))).toHaveLength(1);
    expect(changes.filter((line) => line.startsWith('database is up again'))).toHaveLength(1);
    expect(changes.filter((line) => line.startsWith('writeQueue is degraded'))).toHaveLength(2);
    expect(changes.join('\n')).not.toContain(service.folder);
  });
});

describe('Health with the components of other modules', () => {
  let service: TestService;
  let condition: HealthStatus = { state: 'up', detail: 'All is well.' };

  beforeAll(async () => {
    service = await startService();
    service.app.get(HealthIndicators).add({ name: 'recovery', isVital: false, condition: () => condition });
  });
  afterAll(() => service.destroy());

  it('names them, and is degraded at worst where they are not vital', async () => {
    const { body: first } = await service.callAnonymously('get', '/health').expect(200);
    expect(first).toMatchObject({
      status: 'up',
      components: { recovery: { state: 'up', detail: 'All is well.' } },
    });
    condition = { state: 'down', detail: 'Three rows were lost.', since: '2026-11-01T00:00:00.000Z' };
    const { body: second } = await askUncached(() => service.callAnonymously('get', '/health').expect(200));
    expect(second).toMatchObject({
      status: 'degraded',
      components: { recovery: { ...condition }, database: { state: 'up' } },
    });
  });

  it('is 503 where a vital one is down', async () => {
    service.app.get(HealthIndicators).add({
      name: 'lock',
      isVital: true,
      condition: () => ({ state: 'down', detail: 'Another process serves this memory.' }),
    });
    const { body } = await askUncached(() => service.callAnonymously('get', '/health').expect(503));
    expect(body).toMatchObject({
      status: 'down',
      database: { status: 'up' },
      components: { lock: { state: 'down' } },
    });
  });
});

/** The kernel refuses to let the process write past this place of any file, as a broken disk would (EFBIG). */
const PRLIMIT = '--fsize=4096:unlimited';
const canLimit = process.platform === 'linux' && spawnSync('prlimit', ['--version']).status === 0;

(canLimit ? describe : describe.skip)('Health while the disk takes no write', () => {
  let folder: string;
  let program: BuiltProgram;
  let token: string;

  beforeAll(async () => {
    folder = await temporaryFolder();
    program = await startBuilt({ DB_PATH: join(folder, 'jarvis.db'), JARVIS_PASSWORD: PASSWORD });
    const { body } = await ask('/auth/login', { password: PASSWORD });
    token = (body as unknown as { token: string }).token;
  });
  afterAll(async () => {
    await program.end();
    await rm(folder, { recursive: true, force: true });
  });

  async function ask(path: string, sent?: unknown): Promise<{ status: number; body: Health }> {
    const headers = { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` };
    const options = sent === undefined ? {} : { method: 'POST', body: JSON.stringify(sent) };
    const answer = await fetch(`${program.url}/api${path}`, { headers, ...options });
    return { status: answer.status, body: (await answer.json()) as Health };
  }

  function limit(option: string): void {
    expect(spawnSync('prlimit', ['--pid', String(program.process.pid), option]).status).toBe(0);
  }

  it('is down and 503 from the first failed write on, while reads go on', async () => {
    expect((await ask('/memory/events', anEvent())).status).toBe(201);
    expect(await ask('/health')).toMatchObject({ status: 200, body: { status: 'up' } });
    limit(PRLIMIT);
    expect((await ask('/memory/events', anEvent())).status).toBe(503);
    const { status, body } = await askUncached(() => ask('/health'));
    expect([status, body.status]).toEqual([503, 'down']);
    expect(body.components['database']).toMatchObject({
      state: 'down',
      detail: expect.stringMatching(/cannot be written/),
    });
    expect(body.components['writeQueue']).toMatchObject({ state: 'degraded' });
    expect(JSON.stringify(body)).not.toContain(folder);
    expect((await ask('/memory/events')).status).toBe(200);
  });

  it('stays down, since the first failure, for as long as that lasts', async () => {
    const { body: first } = await ask('/health');
    for (let times = 0; times < 5; times++) {
      expect((await ask('/memory/events', anEvent())).status).toBe(503);
      const { status, body } = await askUncached(() => ask('/health'));
      expect(status).toBe(503);
      expect(body.components['database']?.since).toBe(first.components['database']?.since);
    }
  });

  it('is 200 again by itself when the disk takes writes, and says that there was something', async () => {
    limit('--fsize=unlimited:unlimited');
    while ((await ask('/health')).status !== 200) await sleep(50);
    const { body } = await ask('/health');
    expect(body.status).toBe('degraded');
    expect(body.components['database']).toMatchObject({
      state: 'degraded',
      detail: expect.stringMatching(/lately/),
    });
    expect(body.components['writeQueue']).toMatchObject({ state: 'up' });
    expect((await ask('/memory/events', anEvent())).status).toBe(201);
  });
});
