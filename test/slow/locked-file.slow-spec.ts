import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import Sqlite, { type Database as SqliteHandle } from 'better-sqlite3';
import { anEvent } from '../factories/index.js';
import { startService, type TestService } from '../support/service.js';

describe('A file that another program has locked', () => {
  let service: TestService;
  let other: SqliteHandle;

  beforeAll(async () => {
    service = await startService();
    other = new Sqlite(service.file);
  });
  afterAll(async () => {
    other.close();
    await service.destroy();
  });

  it('makes writes wait, while everything else is answered, and lets them through when the lock goes', async () => {
    other.exec('BEGIN IMMEDIATE');
    // The wait for the lock ends by the clock.
    const clock = jest.spyOn(Date, 'now').mockReturnValue(Date.now());
    let isSaved = false;
    const saving = service
      .call('post', '/memory/events')
      .send(anEvent())
      .expect(201)
      .then(() => (isSaved = true));
    for (let count = 0; count < 20; count++) {
      await service.callAnonymously('get', '/health/live').expect(200);
      await service.call('get', `/memory/events?limit=${count + 1}`).expect(200);
    }
    expect(isSaved).toBe(false);
    clock.mockRestore();
    other.exec('COMMIT');
    await saving;
    expect(isSaved).toBe(true);
  });

  it('fails the writes that have waited for five seconds, and takes the next ones', async () => {
    other.exec('BEGIN IMMEDIATE');
    const { body, headers } = await service.call('post', '/memory/events').send(anEvent()).expect(503);
    expect(body.code).toBe('database_busy');
    expect(Number(headers['retry-after'])).toBeGreaterThan(0);
    other.exec('ROLLBACK');
    await service.call('post', '/memory/events').send(anEvent()).expect(201);
    const { body: list } = await service.call('get', '/memory/events').expect(200);
    expect(list.events).toHaveLength(2);
  });
});
