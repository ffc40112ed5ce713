import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Database } from '../../src/database/index.js';
import { NO_CHANGE } from '../../src/database/feed/feed-change.js';
import { startServer, type Server, type TestDatabase } from '../support/postgres/index.mjs';

const STATEMENT_TIMEOUT_MS = 500;
const RAISE = 'UPDATE feed_head SET position = position WHERE id = 1';

/** The processes of the server that serve connections. */
async function backendsOf(database: TestDatabase): Promise<number[]> {
  const rows = await database.queryAsAdmin(
    `SELECT pid FROM pg_stat_activity WHERE application_name = 'jarvis-memory'`,
  );
  return rows.map(({ pid }) => Number(pid));
}

describe('A server that stops answering without closing its connections', () => {
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

  it('fails what waits for it, with 503, and serves again as soon as it answers', async () => {
    const write = (): Promise<unknown> => database.write((manager) => manager.query(RAISE), NO_CHANGE);
    await write();
    const paused = await backendsOf(at);
    expect(paused.length).toBeGreaterThan(1);
    for (const pid of paused) process.kill(pid, 'SIGSTOP');
    const outcomes = await Promise.allSettled([write(), database.changes.refresh()]);
    for (const pid of paused) process.kill(pid, 'SIGCONT');
    // Others of the pool may have been opened meanwhile, and answer.
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected')
        expect(outcome.reason).toMatchObject({ code: 'database_unavailable' });
    }
    await write();
    await database.changes.refresh();
  });
});

describe('An instance that is paused in a transaction', () => {
  it('is thrown out by the server, so that others write on', async () => {
    const server = await startServer();
    const at = await server.createDatabase();
    const postgres = { url: at.url, poolSize: 3, statementTimeoutMs: 60_000 };
    const [one, other] = await Promise.all(
      [1, 2].map(() => Database.open({ file: 'unused.db', logger: false, postgres })),
    );
    let hasBegun: () => void = () => undefined;
    const begun = new Promise<void>((resolve) => (hasBegun = resolve));
    let attempts = 0;
    const paused = one!.write(async (manager) => {
      if (++attempts > 1) return manager.query(RAISE);
      await manager.query('SELECT position FROM feed_head WHERE id = 1 FOR UPDATE');
      hasBegun();
      await new Promise((resolve) => setTimeout(resolve, 8000));
      return manager.query(RAISE);
    }, NO_CHANGE);
    await begun;
    await other!.write((manager) => manager.query(RAISE), NO_CHANGE);
    // Nothing of its transaction was committed, so that it is repeated when the instance goes on.
    await paused;
    expect(attempts).toBe(2);
    for (const database of [one!, other!]) await database.onApplicationShutdown();
    await server.destroy();
  });
});
