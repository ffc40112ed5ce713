import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import type { Test } from 'supertest';
import { API_KEYS_TABLE_OPTIONS, KeysService } from '../src/auth/api-keys/keys.service.js';
import { ACCESS_TOPIC } from '../src/auth/guard/access.topic.js';
import { CredentialCache } from '../src/auth/guard/credential-cache.js';
import { LoginLimiter } from '../src/auth/password/login-limiter.js';
import { Password } from '../src/auth/password/password.js';
import { SharedLoginAttempts } from '../src/auth/password/shared-login-attempts.js';
import { replacePassword } from '../src/auth/password/stored-password.js';
import { TableSecretStore } from '../src/auth/secrets/table-secret-store.js';
import { RevokedTokenEntity } from '../src/auth/tokens/revoked-token.entity.js';
import { RevokedTokensService } from '../src/auth/tokens/revoked-tokens.service.js';
import { loadSigningKey } from '../src/auth/tokens/signing-key.js';
import { Tokens } from '../src/auth/tokens/tokens.js';
import { readEnvironment } from '../src/config/index.js';
import { Database, Table } from '../src/database/index.js';
import { storeOf } from './support/engine.js';
import { startService, temporaryFolder, type TestService } from './support/service.js';

const VARIABLE = 'the variable of the instances';
const NEXT = 'a password of its own';
const MINUTE_MS = 60_000;

const warnings: string[] = [];
let folder: string;
let database: Database;
let files = 0;

beforeAll(async () => {
  folder = await temporaryFolder();
  Logger.overrideLogger({
    log: () => undefined,
    error: () => undefined,
    warn: (message: unknown) => void warnings.push(String(message)),
  });
});
afterAll(async () => {
  Logger.overrideLogger(['log', 'error', 'warn']);
  await rm(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  warnings.length = 0;
  const { target } = await storeOf(join(folder, `${files++}.db`));
  database = await Database.open({ ...target, logger: false });
});
afterEach(async () => {
  jest.restoreAllMocks();
  await database.onApplicationShutdown();
});

const passwordStore = (): TableSecretStore => new TableSecretStore(database, 'password-hash');
const secretRows = (): Promise<Record<string, string>[]> =>
  database.reader.query('SELECT name, value FROM secrets ORDER BY name');

async function start(variable?: string): Promise<Password> {
  const password = await Password.load(variable, passwordStore());
  await password.persist();
  return password;
}

/** What one instance has in memory to check credentials with. */
class Instance {
  private readonly cache: CredentialCache;
  readonly tokens: Tokens;

  constructor(
    readonly password: Password,
    key: Awaited<ReturnType<typeof loadSigningKey>>,
  ) {
    const keys = new KeysService(Table.of(database, API_KEYS_TABLE_OPTIONS), database);
    const revoked = Table.of(database, { entity: RevokedTokenEntity, topic: ACCESS_TOPIC });
    const { changes } = database;
    this.cache = new CredentialCache(
      keys,
      new RevokedTokensService(revoked, database),
      this.password,
      changes,
    );
    const jwt = new JwtService({ secret: key as unknown as Buffer, signOptions: { algorithm: 'HS256' } });
    this.tokens = new Tokens(jwt, this.password, key, readEnvironment({ DB_PATH: 'unused' }));
  }

  static async start(variable?: string): Promise<Instance> {
    const key = await loadSigningKey(undefined, () =>
      Promise.resolve(new TableSecretStore(database, 'jwt-secret')),
    );
    return new Instance(await start(variable), key);
  }

  async accepts(token: string): Promise<boolean> {
    await this.cache.refreshIfStale();
    try {
      this.tokens.callerOf(token);
      return true;
    } catch {
      return false;
    }
  }
}

describe('The secret of instances that share a database', () => {
  const load = async (): Promise<string> => {
    const store = new TableSecretStore(database, 'jwt-secret');
    return (await loadSigningKey(undefined, () => Promise.resolve(store))).export().toString();
  };

  it('is the same for all that start at the same moment, and after a restart', async () => {
    const secrets = await Promise.all(Array.from({ length: 8 }, load));
    expect(new Set(secrets).size).toBe(1);
    expect(Buffer.from(secrets[0]!, 'base64url')).toHaveLength(48);
    expect(await load()).toBe(secrets[0]);
    expect(await secretRows()).toEqual([{ name: 'jwt-secret', value: secrets[0] }]);
  });

  it('is made anew where the stored one is too short, and the same for all again', async () => {
    await database.write((manager) =>
      manager.query(`INSERT INTO secrets VALUES ('jwt-secret', 'short', '')`),
    );
    const secrets = await Promise.all(Array.from({ length: 4 }, load));
    expect(new Set(secrets).size).toBe(1);
    expect(secrets[0]!.length).toBeGreaterThan(32);
  });

  it('lasts for this process alone, with a warning, where the database cannot be used', async () => {
    await database.onApplicationShutdown();
    expect(Buffer.from(await load(), 'base64url')).toHaveLength(48);
    expect(warnings).toEqual([expect.stringContaining('cannot be kept')]);
  });
});

describe('The password of instances that share a database', () => {
  it('is stored as a hash, and what one start has made the next one knows', async () => {
    const first = await start();
    const second = await start();
    expect(second.generated).toBeUndefined();
    expect(await second.matches(first.generated!)).toBe(true);
    expect(second.generation).toBe(first.generation);
    const [row] = await secretRows();
    expect(row!['value']).toContain('$argon2id$');
    expect(row!['value']).not.toContain(first.generated!);
  });

  it('that is changed on one ends the tokens of the others at their next request', async () => {
    const [one, other] = [await Instance.start(VARIABLE), await Instance.start(VARIABLE)];
    const { token } = await one.tokens.issue();
    expect([await one.accepts(token), await other.accepts(token)]).toEqual([true, true]);
    expect(await one.password.change(VARIABLE, NEXT)).toBe(true);
    expect([await one.accepts(token), await other.accepts(token)]).toEqual([false, false]);
    expect(await other.password.matches(NEXT)).toBe(true);
    const { token: later } = await other.tokens.issue();
    expect([await one.accepts(later), await other.accepts(later)]).toEqual([true, true]);
  });

  it('that is set at the command line holds for all', async () => {
    const [one, other] = [await Instance.start(VARIABLE), await Instance.start(VARIABLE)];
    const { token } = await one.tokens.issue();
    await replacePassword(passwordStore(), NEXT);
    expect([await one.accepts(token), await other.accepts(token)]).toEqual([false, false]);
    expect([await one.password.matches(NEXT), await other.password.matches(NEXT)]).toEqual([true, true]);
    expect(one.password.generation).toBe(other.password.generation);
    // A start with the same variable leaves it.
    expect(await (await start(VARIABLE)).matches(NEXT)).toBe(true);
  });

  it.each([undefined, VARIABLE])(
    'is one where they start for the first time at once, with JARVIS_PASSWORD %j',
    async (variable) => {
      const all = await Promise.all([1, 2, 3].map(() => Password.load(variable, passwordStore())));
      const shown = all.map(({ generated }) => generated);
      await Promise.all(all.map((password) => password.persist()));
      // Each stores what it adds to the password that it adopts, which takes the others a look or two.
      const generations = async (): Promise<Set<number>> => {
        for (const password of all) await password.refresh();
        return new Set(all.map(({ generation }) => generation));
      };
      while ((await generations()).size > 1) await nextTurn();
      const right: string[] = [];
      for (const text of variable === undefined ? shown.map(String) : [variable]) {
        const matches = await Promise.all(all.map((password) => password.matches(text)));
        expect(new Set(matches).size).toBe(1);
        if (matches[0]) right.push(text);
      }
      expect(right).toHaveLength(1);
      expect(await (await start(variable)).matches(right[0]!)).toBe(true);
      expect(warnings).toHaveLength(variable === undefined ? 2 : 0);
      // Which is the variable is known all the same: without it the password is made anew.
      if (variable !== undefined) expect((await start()).generated).toBeDefined();
    },
  );

  it('is changed by one of two instances that change it at once', async () => {
    const [one, other] = [await start(VARIABLE), await start(VARIABLE)];
    const both = [one.change(VARIABLE, 'the first of two'), other.change(VARIABLE, 'the second of two')];
    const [isFirst, isSecond] = await Promise.all(both);
    expect([isFirst, isSecond].filter(Boolean)).toHaveLength(1);
    const right = isFirst ? 'the first of two' : 'the second of two';
    for (const password of [one, other]) expect(await password.matches(right)).toBe(true);
    expect(one.generation).toBe(other.generation);
  });

  it('is that of a new variable as soon as one instance has it, while the others still have the one before', async () => {
    const own = await start();
    const before = await start(VARIABLE);
    const after = await start('another variable');
    expect(await before.matches('another variable')).toBe(true);
    expect(await before.matches(VARIABLE)).toBe(false);
    // The last ones to restart change nothing any more, and the one from before all variables is still known.
    expect((await start('another variable')).generation).toBe(after.generation);
    expect(await (await start()).matches(own.generated!)).toBe(true);
  });

  it('holds, as far as it is known, while the database cannot be used', async () => {
    const password = await start(VARIABLE);
    await database.onApplicationShutdown();
    expect(await password.matches(VARIABLE)).toBe(true);
    await expect(password.change(VARIABLE, NEXT)).rejects.toMatchObject({ code: 'database_unavailable' });
    expect(await password.matches(VARIABLE)).toBe(true);
    await expect(password.refresh()).rejects.toMatchObject({ code: 'database_unavailable' });
  });

  it('is that of JARVIS_PASSWORD, with a warning, where the database cannot be used from the start', async () => {
    await database.onApplicationShutdown();
    expect(await (await start(VARIABLE)).matches(VARIABLE)).toBe(true);
    expect(warnings).toEqual([expect.stringContaining('cannot be kept')]);
  });
});

describe('The login attempts of instances that share a database', () => {
  const REFUSED = { code: 'too_many_requests', retryAfterSeconds: expect.any(Number) };
  const aLimiter = (): LoginLimiter => new LoginLimiter(new SharedLoginAttempts(database));
  const rows = (): Promise<{ client: string }[]> =>
    database.reader.query('SELECT client, attempts FROM login_attempts ORDER BY client');
  const pass = (ms: number): Promise<unknown> =>
    database.write((manager) => manager.query(`UPDATE login_attempts SET until = until - ${ms}`));

  it('are counted together, five a minute for each address', async () => {
    const [one, other] = [aLimiter(), aLimiter()];
    for (const limiter of [one, other, one, other, one]) await limiter.countAttempt('10.0.0.1');
    for (const limiter of [one, other]) {
      await expect(limiter.countAttempt('10.0.0.1')).rejects.toMatchObject(REFUSED);
      await limiter.countAttempt('10.0.0.2');
    }
    await pass(MINUTE_MS + 1);
    await other.countAttempt('10.0.0.1');
  });

  it('that come at once are all counted', async () => {
    const limiters = [aLimiter(), aLimiter()];
    const tries = Array.from({ length: 40 }, (_, n) => limiters[n % 2]!.countAttempt('10.0.0.1'));
    const results = await Promise.allSettled(tries);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(5);
  });

  it('begin anew everywhere for an address that showed the right password, which does not count among all', async () => {
    const [one, other] = [aLimiter(), aLimiter()];
    for (let count = 0; count < 5; count++) await one.countAttempt('10.0.0.1');
    await one.recordSuccess('10.0.0.1');
    for (let n = 0; n < 120; n++) await one.countAttempt(`10.1.0.${n}`).catch(() => undefined);
    await expect(other.countAttempt('10.0.0.2')).rejects.toMatchObject(REFUSED);
    await other.countAttempt('10.0.0.1');
    await other.countAttempt('127.0.0.1');
    await pass(91 * 86_400_000);
    for (let n = 0; n < 120; n++) await one.countAttempt(`10.1.0.${n}`).catch(() => undefined);
    await expect(other.countAttempt('10.0.0.1')).rejects.toMatchObject(REFUSED);
  });

  it('of an address that a proxy made up are told from all others', async () => {
    const limiter = aLimiter();
    for (const address of ['all', 'known: 10.0.0.1', "'; DROP TABLE secrets; --"]) {
      for (let count = 0; count < 5; count++) await limiter.countAttempt(address);
      await expect(limiter.countAttempt(address)).rejects.toMatchObject(REFUSED);
    }
    expect(await rows()).toContainEqual({ client: 'all', attempts: 15 });
    expect(await rows()).not.toContainEqual(expect.objectContaining({ client: 'known: 10.0.0.1' }));
  });

  it('are deleted after their window', async () => {
    const one = aLimiter();
    for (let n = 0; n < 20; n++) await one.countAttempt(`10.1.0.${n}`);
    await one.recordSuccess('10.1.0.1');
    await pass(MINUTE_MS + 1);
    await aLimiter().countAttempt('10.0.0.1');
    expect((await rows()).map(({ client }) => client)).toEqual([
      'all',
      'attempts of 10.0.0.1',
      'known: 10.1.0.1',
    ]);
  });

  it('are counted by the clock of the database, whatever that of an instance is', async () => {
    const ahead = aLimiter();
    const clock = jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 60 * MINUTE_MS);
    for (let count = 0; count < 6; count++) await ahead.countAttempt('10.0.0.1').catch(() => undefined);
    clock.mockRestore();
    const refused = (await aLimiter()
      .countAttempt('10.0.0.1')
      .catch((error: unknown) => error)) as typeof REFUSED;
    expect(refused).toMatchObject(REFUSED);
    expect(refused.retryAfterSeconds).toBeLessThanOrEqual(60);
  });

  it('are deleted however many there were', async () => {
    const names = Array.from({ length: 2500 }, (_, n) => `('attempts of ${n}', 1, 0)`);
    await database.write((manager) => manager.query(`INSERT INTO login_attempts VALUES ${names.join(', ')}`));
    const limiter = aLimiter();
    for (let count = 0; count < 2; count++) await limiter.countAttempt('10.0.0.1');
    expect((await rows()).map(({ client }) => client)).toEqual(['all', 'attempts of 10.0.0.1']);
  });

  it('are counted by each instance alone, with one warning, while the database cannot be used', async () => {
    const [one, other] = [aLimiter(), aLimiter()];
    await one.recordSuccess('10.0.0.3');
    await database.onApplicationShutdown();
    for (const limiter of [one, other]) {
      for (let count = 0; count < 5; count++) await limiter.countAttempt('10.0.0.1');
      await expect(limiter.countAttempt('10.0.0.1')).rejects.toMatchObject(REFUSED);
    }
    await one.recordSuccess('10.0.0.1');
    await one.countAttempt('10.0.0.1');
    expect(warnings).toEqual(Array(2).fill(expect.stringContaining('for itself')));
  });
});

describe('A service whose database may have several instances', () => {
  const start = (home?: string): Promise<TestService> =>
    startService({ folder: home, environment: { JWT_SECRET: undefined, JARVIS_PASSWORD: undefined } });

  beforeEach(() => {
    const { capabilities } = database;
    jest
      .spyOn(Database.prototype, 'capabilities', 'get')
      .mockReturnValue({ ...capabilities, severalInstances: true });
  });

  it('keeps secrets in the database and nothing beside it, and knows its tokens after a restart', async () => {
    const first = await start();
    const { generated } = first.app.get(Password);
    await first.call('get', '/memory/events').expect(200);
    await first.callAnonymously('post', '/auth/login').send({ password: 'wrong' }).expect(401);
    const { body } = await first
      .callAnonymously('post', '/auth/login')
      .send({ password: generated })
      .expect(200);
    await first.stop();
    const second = await start(first.folder);
    try {
      expect(second.app.get(Password).generated).toBeUndefined();
      const read = (): Test =>
        second.callAnonymously('get', '/memory/events').set('Authorization', `Bearer ${body.token}`);
      await read().expect(200);
      expect((await readdir(second.folder)).filter((name) => /secret|hash/.test(name))).toEqual([]);
      const change = { current: generated, next: NEXT };
      await second.call('post', '/auth/password').send(change).expect(204);
      await read().expect(401);
      await second.callAnonymously('post', '/auth/login').send({ password: NEXT }).expect(200);
    } finally {
      await second.destroy();
    }
  });
});
