import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Database } from '../../src/database/index.js';
import { anEvent } from '../factories/index.js';
import { startServer, type Server, type TestDatabase } from '../support/postgres/index.mjs';
import { startService, type TestService } from '../support/service.js';

describe('A PostgreSQL server that is away', () => {
  let server: Server;
  let database: TestDatabase;
  let service: TestService;

  beforeAll(async () => {
    server = await startServer();
    database = await server.createDatabase();
    service = await startService({ environment: { DATABASE_URL: database.url } });
  });
  afterAll(async () => {
    await service.destroy();
    await server.destroy();
  });

  it('takes a connection from whoever holds it between two statements, who is told by the next one', async () => {
    const snapshot = await service.app.get(Database).openReadSnapshot();
    await database.disconnectAll();
    await expect(snapshot.count('event')).rejects.toMatchObject({ code: 'database_unavailable' });
    await snapshot.close();
    await service.call('post', '/memory/events').send(anEvent()).expect(201);
  });

  it('means 503 with a reason for lists, exports, writes and the health, until it is back', async () => {
    await server.stopImmediately();
    const unavailable = { code: 'database_unavailable', detail: expect.any(String) };
    for (const path of ['/memory/events', '/memory/export']) {
      expect((await service.call('get', path).expect(503)).body).toMatchObject(unavailable);
    }
    const refused = await service.call('post', '/memory/events').send(anEvent()).expect(503);
    expect(refused.body).toMatchObject(unavailable);
    await service.call('get', '/health').expect(503);
    await server.start();
    await service.call('post', '/memory/events').send(anEvent()).expect(201);
    const { body } = await service.call('get', '/memory/events').expect(200);
    expect(body).toMatchObject({ events: [expect.anything(), expect.anything()] });
  });
});
