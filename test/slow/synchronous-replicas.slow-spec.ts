import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Database } from '../../src/database/index.js';
import { NO_CHANGE } from '../../src/database/feed/feed-change.js';
import { startServer, type Server, type TestDatabase } from '../support/postgres/index.mjs';

const STATEMENT_TIMEOUT_MS = 30_000;
const RAISE = 'UPDATE feed_head SET position = position WHERE id = 1';

describe('A server whose synchronous replica is away', () => {
  let server: Server;
  let at: TestDatabase;
  let database: Database;

  beforeAll(async () => {
    server = await startServer();
    at = await server.createDatabase();
    const postgres = { url: at.url, poolSize: 3, statementTimeoutMs: STATEMENT_TIMEOUT_MS };
    database = await Database.open({ file: 'unused.db', logger: false, postgres });
  });
  afterAll(async () => {
    await database.onApplicationShutdown();
    await server.destroy();
  });

  const write = (): Promise<unknown> => database.write((manager) => manager.query(RAISE), NO_CHANGE);
  const require = async (names: string): Promise<void> => {
    await at.queryAsAdmin(`ALTER SYSTEM SET synchronous_standby_names = '${names}'`);
    await at.queryAsAdmin('SELECT pg_reload_conf()');
  };

  it('acknowledges nothing that it alone has, where somebody ends its wait, and writes on without one', async () => {
    await write();
    await require('away');
    const writeOn = async (): Promise<never> => {
      for (;;) await write();
    };
    // Until its checkpointer has read the setting, the server waits for nobody.
    const refused = writeOn().catch((error: unknown) => error);
    // The server then says that it has committed, and warns that no replica has it. Its own autovacuum waits as well.
    const cancel = `SELECT pg_cancel_backend(pid) FROM pg_stat_activity
      WHERE wait_event = 'SyncRep' AND backend_type = 'client backend'`;
    while ((await at.queryAsAdmin(cancel)).length === 0) await sleep(10);
    expect(await refused).toMatchObject({
      code: 'database_unavailable',
      message: expect.stringContaining('did not wait for its replicas'),
    });
    await require('');
    await write();
  });
});
