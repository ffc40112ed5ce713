import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { ConversationsService } from '../../src/conversations/index.js';
import { Database } from '../../src/database/index.js';
import { EventsService } from '../../src/events/index.js';
import { PreferencesService } from '../../src/preferences/index.js';
import { anEvent } from '../factories/index.js';
import { createDatabase, type TestDatabase } from '../support/postgres/index.mjs';
import { startService, type TestService } from '../support/service.js';

const SESSION = 'of-two';
const LOCK_SESSION = `SELECT 1 FROM conversation_sessions WHERE session_id = '${SESSION}' FOR UPDATE NOWAIT`;

describe('A lock that somebody else holds', () => {
  let database: TestDatabase;
  let service: TestService;
  let holder: pg.Client;

  beforeAll(async () => {
    database = await createDatabase();
    service = await startService({ environment: { DATABASE_URL: database.url } });
    holder = new pg.Client({ connectionString: database.url });
    await holder.connect();
  });
  afterAll(async () => {
    await holder.end();
    await service.destroy();
    await database.drop();
  });
  beforeEach(async () => {
    await service.app
      .get(ConversationsService)
      .saveMessage({ sessionId: SESSION, role: 'user', content: 'hello' });
  });

  const isWaiting = async (): Promise<boolean> => {
    const [found] = await database.query(
      `SELECT count(*)::int AS waiting FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    );
    return found?.['waiting'] === 1;
  };

  const importing = (): Promise<number> => {
    const memory = service.app.get(Database);
    const row = {
      id: 1000,
      sessionId: SESSION,
      timestamp: '2026-01-01T00:00:00.000Z',
      role: 'user',
      content: 'imported',
    };
    return memory.write((manager) => memory.transfer.insert(manager, 'message', [row]), undefined, {
      takesPosition: true,
    });
  };
  const deleting = (): Promise<boolean> => service.app.get(ConversationsService).deleteSession(SESSION);

  it.each<[string, () => Promise<unknown>]>([
    ['an import', importing],
    ['the deletion of a session', deleting],
  ])('on the feed keeps %s from the rows of the session, which its holder writes next', async (_, write) => {
    await holder.query('BEGIN; SELECT 1 FROM feed_head WHERE id = 1 FOR UPDATE');
    const written = write();
    while (!(await isWaiting())) await sleep(10);
    await holder.query(LOCK_SESSION);
    await holder.query('COMMIT');
    await expect(written).resolves.toBeTruthy();
  });

  it('on a row makes the write of that row fail as busy, and none that shares its transaction', async () => {
    const preferences = service.app.get(PreferencesService);
    const events = service.app.get(EventsService);
    await preferences.setPreference('locked', 'before');
    await holder.query(`BEGIN; UPDATE preferences SET value = 'of somebody else' WHERE key = 'locked'`);
    // What is written in one turn of the event loop shares a transaction.
    const locked = preferences.setPreference('locked', 'refused');
    const others = [1, 2, 3, 4].map(() => events.saveEvent(anEvent()));
    const [refused, ...saved] = await Promise.allSettled([locked, ...others]);
    expect(refused).toMatchObject({ status: 'rejected', reason: { code: 'database_busy' } });
    expect(saved.map(({ status }) => status)).toEqual(Array(4).fill('fulfilled'));
    await holder.query('ROLLBACK');
    expect(await preferences.getPreference('locked')).toMatchObject({ value: 'before' });
  });

  it('on a table makes all writes that wait fail as busy, together and soon', async () => {
    await holder.query('BEGIN; LOCK TABLE events');
    const begun = Date.now();
    const answers = await Promise.all(
      [1, 2, 3, 4].map(() => service.call('post', '/memory/events').send(anEvent()).expect(503)),
    );
    expect(Date.now() - begun).toBeLessThan(14_000);
    for (const { body } of answers) expect(body).toMatchObject({ code: 'database_busy' });
    await holder.query('ROLLBACK');
    await service.call('post', '/memory/events').send(anEvent()).expect(201);
  });
});
