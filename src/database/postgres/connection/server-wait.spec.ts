import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startServer, type Server } from '../../../../test/support/postgres/index.mjs';
import { NO_LOG } from '../../database.options.js';
import { connectAlongside } from '../alongside.js';
import { isAbsent, reached, untilReached } from './server-wait.js';

const QUICK = { maxWaitMs: 60_000, delayMs: 10 };

describe('A server that is not there', () => {
  let server: Server;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.destroy());

  const connect = async (): Promise<void> => {
    const source = await connectAlongside({ url: server.url, poolSize: 1, statementTimeoutMs: 0 });
    await source.destroy();
  };

  it('is waited for, and noticed when it comes back', async () => {
    await server.stop();
    const error: unknown = await connect().catch((reason: unknown) => reason);
    expect(isAbsent(error)).toBe(true);
    let isReached = false;
    const waiting = [reached(connect, NO_LOG, QUICK), untilReached(connect, 10)];
    void Promise.all(waiting).then(() => (isReached = true));
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(isReached).toBe(false);
    await server.start();
    await Promise.all(waiting);
  });

  it('is waited for no longer than it may be', async () => {
    const absent = (): Promise<void> =>
      Promise.reject(Object.assign(new Error('no'), { code: 'ECONNREFUSED' }));
    await expect(reached(absent, NO_LOG, { maxWaitMs: 50, delayMs: 10 })).rejects.toThrow('no');
  });

  it('is another thing than a server that refuses', async () => {
    const refused = Object.assign(new Error('no such user'), { code: '28P01' });
    await expect(reached(() => Promise.reject(refused), NO_LOG, QUICK)).rejects.toThrow('no such user');
    await untilReached(() => Promise.reject(refused), 10);
  });
});
