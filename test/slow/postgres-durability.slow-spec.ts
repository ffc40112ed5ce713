import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Database } from '../../src/database/index.js';
import type { HealthStatus } from '../../src/observability/health-indicators.js';
import { startServer, type Server, type TestDatabase } from '../support/postgres/index.mjs';

describe('A server that may lose what it has acknowledged', () => {
  let server: Server;
  let at: TestDatabase;

  beforeAll(async () => {
    server = await startServer();
    at = await server.createDatabase();
  });
  afterAll(() => server.destroy());

  async function durability(): Promise<HealthStatus> {
    const postgres = { url: at.url, poolSize: 3, statementTimeoutMs: 30_000 };
    const database = await Database.open({ file: 'unused.db', logger: false, postgres });
    const indicator = database.engine.indicators.find(({ name }) => name === 'durability');
    const status = await indicator!.condition();
    await database.onApplicationShutdown();
    return status;
  }

  it('is none where each commit is synced', async () => {
    expect(await durability()).toMatchObject({ state: 'up' });
  });

  it.each(['fsync', 'full_page_writes'])('makes health degraded by %s', async (setting) => {
    await server.restart({ [setting]: 'off' });
    const degraded = await durability();
    expect(degraded).toMatchObject({
      state: 'degraded',
      detail: expect.stringContaining(`${setting} is off`),
    });
    await server.restart({ [setting]: 'on' });
    expect(await durability()).toMatchObject({ state: 'up' });
  });

  it('makes health degraded by synchronous_commit, which a database may have of its own', async () => {
    await at.queryAsAdmin(`ALTER DATABASE "${at.name}" SET synchronous_commit = off`);
    expect(await durability()).toMatchObject({
      state: 'degraded',
      detail: expect.stringContaining('synchronous_commit is off'),
    });
  });
});
