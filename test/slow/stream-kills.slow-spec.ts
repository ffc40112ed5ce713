import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { anEvent } from '../factories/index.js';
import { startBuilt, type BuiltProgram } from '../support/built.js';
import { ask, until } from '../support/instances.js';
import { PersistentListener } from '../support/persistent-listener.js';
import { createDatabase } from '../support/postgres/index.mjs';
import { PASSWORD, SECRET, temporaryFolder } from '../support/service.js';

interface Running {
  readonly program: BuiltProgram;
  readonly url: string;
  readonly token: string;
}

const LISTENERS = 20;
const CUTS = 50;
const KILLS = 5;
const CHANGES = 1000;

/** Each listener has each change once, in order, whatever happens to its line and to the service. */
describe('Streams of a service that is killed', () => {
  let folder: string;
  let running: (Running | undefined)[] = [];
  beforeEach(async () => {
    folder = await temporaryFolder();
    running = [];
  });
  afterEach(async () => {
    await killAll();
    await rm(folder, { recursive: true, force: true });
  });

  async function killAll(): Promise<void> {
    for (const one of running) await one?.program.end('SIGKILL');
    running = [];
  }

  async function start(environment: Record<string, string>): Promise<Running> {
    const settings = { JARVIS_PASSWORD: PASSWORD, JWT_SECRET: SECRET, DISK_RESERVE: '0', LOG_LEVEL: 'error' };
    const program = await startBuilt({ ...settings, ...environment });
    const { url } = program;
    const { body } = await ask({ url, token: '' }, 'POST', '/auth/login', { send: { password: PASSWORD } });
    return { program, url, token: String(body['token']) };
  }

  /** Any instance that is up. */
  function anyone(): Running {
    const up = running.filter((one) => one !== undefined);
    const one = up[Math.floor(Math.random() * up.length)];
    if (!one) throw new Error('Nobody is up.');
    return one;
  }

  /** Saves events in groups, until so many are acknowledged. @returns their ids. */
  async function write(): Promise<Set<number>> {
    const saved = new Set<number>();
    while (saved.size < CHANGES) {
      const events = Array.from({ length: 1 + Math.floor(Math.random() * 8) }, () => anEvent());
      try {
        const { status, body } = await ask(anyone(), 'POST', '/memory/events/batch', { send: { events } });
        if (status === 201) for (const { id } of body['events'] as { id: number }[]) saved.add(id);
      } catch {
        // It was killed: what was not acknowledged may be there all the same.
      }
      await sleep(40);
    }
    return saved;
  }

  async function cutAll(listeners: readonly PersistentListener[], over: AbortSignal): Promise<void> {
    while (!over.aborted || listeners.some(({ cuts }) => cuts < CUTS)) {
      await sleep(10 + 10 * Math.random());
      const one = listeners[Math.floor(Math.random() * listeners.length)]!;
      if (one.cuts < CUTS) one.cut();
      else listeners.find(({ cuts }) => cuts < CUTS)?.cut();
    }
  }

  /** @param kill ends one process and starts it again. */
  async function expectAllOnce(kill: () => Promise<void>): Promise<PersistentListener[]> {
    const { body } = await ask(anyone(), 'GET', '/memory/changes?wait=0');
    const start = String(body['next']);
    const listeners = Array.from({ length: LISTENERS }, () => new PersistentListener(anyone, start));
    const over = new AbortController();
    const cutting = cutAll(listeners, over.signal);
    const writing = write();
    for (let kills = 0; kills < KILLS; kills++) {
      await sleep(500);
      await kill();
    }
    const saved = await writing;
    over.abort();
    await cutting;
    const all = new Set<number>();
    for (let cursor = ''; ;) {
      const page = await ask(anyone(), 'GET', `/memory/events?limit=200${cursor}`);
      for (const { id } of page.body['events'] as { id: number }[]) all.add(id);
      if (page.body['nextCursor'] === null) break;
      cursor = `&cursor=${String(page.body['nextCursor'])}`;
    }
    for (const id of saved) expect(all).toContain(id);
    await until(() => listeners.every(({ told }) => told.length >= all.size));
    const [first] = listeners;
    for (const listener of listeners) {
      const ids = listener.told.map(({ data }) => (JSON.parse(data) as { id: number }).id);
      expect(ids).toHaveLength(all.size);
      expect(new Set(ids)).toEqual(all);
      expect(listener.told.map(({ id }) => id)).toEqual(first!.told.map(({ id }) => id));
      expect(listener.cuts).toBeGreaterThanOrEqual(CUTS);
    }
    for (const listener of listeners) listener.stop();
    return listeners;
  }

  it('on a file: 20 listeners are cut off 50 times each, and it is killed and started 5 times', async () => {
    const environment = { DB_PATH: join(folder, 'jarvis.db') };
    running = [await start(environment)];
    const listeners = await expectAllOnce(async () => {
      const [one] = running;
      running = [];
      await one!.program.end('SIGKILL');
      running = [await start(environment)];
    });
    for (const { resyncs } of listeners)
      expect(new Set([...resyncs, 'unknown_changes'])).toEqual(new Set(['unknown_changes']));
  }, 300_000);

  it('on PostgreSQL: the same with two instances, of which one is killed', async () => {
    const database = await createDatabase({ crippled: false });
    const environment = { DATABASE_URL: database.url };
    running = [await start(environment), await start(environment)];
    const listeners = await expectAllOnce(async () => {
      const index = Math.floor(Math.random() * 2);
      const killed = running[index]!;
      running[index] = undefined;
      await killed.program.end('SIGKILL');
      running[index] = await start(environment);
    });
    for (const { resyncs } of listeners) expect(resyncs).toEqual([]);
    await killAll();
    await database.drop();
  }, 300_000);
});
