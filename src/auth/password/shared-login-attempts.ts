import { Logger } from '@nestjs/common';
import { MoreThan, type EntityManager } from 'typeorm';
import { Table, type Database, type Subject } from '../../database/index.js';
import { reasonOf } from '../../problems/errors.js';
import { throttle } from '../../time/throttle.js';
import {
  KNOWN_ADDRESS_TTL_MS,
  LocalLoginAttempts,
  LoginAttempts,
  MAX_ATTEMPTS_PER_ADDRESS,
  MAX_ATTEMPTS_TOTAL,
} from './login-attempts.js';
import { LoginAttemptEntity } from './login-attempt.entity.js';

const WINDOW_MS = 60_000;
const SWEEP_INTERVAL_MS = 60_000;
const MAX_SWEPT_ROWS = 1000;
/** No answer depends on attempts. */
const ATTEMPTS: Subject = { topic: 'login attempts', kind: 'update', ids: () => [] };

/** The names of rows: a proxy may forward any text as an address, also one that looks like another name. */
const TOTAL = 'all';
const attemptsOf = (address: string): string => `attempts of ${address}`;
const knownAs = (address: string): string => `known: ${address}`;

type Window = Pick<LoginAttemptEntity, 'attempts' | 'until'>;

/**
 * The counts of all instances, in the database, in windows of a minute that begin with the first attempt. The time is
 * that of the instance: a clock that is wrong by some seconds makes a window as much longer or shorter for the others.
 * While the database cannot be used each instance counts for itself, because the owner has to be able to log in.
 */
export class SharedLoginAttempts extends LoginAttempts {
  private readonly local = new LocalLoginAttempts();
  private readonly table: Table<LoginAttemptEntity>;
  private sweptAtMs = -Infinity;
  private readonly warn = throttle((error: unknown) => {
    new Logger('Login').warn(`Each instance counts login attempts for itself: ${reasonOf(error)}`);
  });

  constructor(private readonly database: Database) {
    super();
    this.table = Table.of(database, { entity: LoginAttemptEntity, topic: ATTEMPTS.topic });
  }

  countForAddress(address: string): Promise<number> {
    return this.shared(
      () => this.consume(attemptsOf(address), MAX_ATTEMPTS_PER_ADDRESS),
      () => this.local.countForAddress(address),
    );
  }

  countForAll(): Promise<number> {
    return this.shared(
      () => this.consume(TOTAL, MAX_ATTEMPTS_TOTAL),
      () => this.local.countForAll(),
    );
  }

  async isKnown(address: string): Promise<boolean> {
    if (await this.local.isKnown(address)) return true;
    return this.shared(
      () => this.table.has({ client: knownAs(address), until: MoreThan(Date.now()) }),
      () => Promise.resolve(false),
    );
  }

  async recordSuccess(address: string): Promise<void> {
    await this.local.recordSuccess(address);
    const known = { client: knownAs(address), attempts: 0, until: Date.now() + KNOWN_ADDRESS_TTL_MS };
    const work = async (manager: EntityManager): Promise<void> => {
      await manager.delete(LoginAttemptEntity, { client: attemptsOf(address) });
      await manager.upsert(LoginAttemptEntity, known, ['client']);
    };
    await this.shared(
      () => this.write(work),
      () => Promise.resolve(),
    );
  }

  private async consume(client: string, limit: number): Promise<number> {
    const nowMs = Date.now();
    const { attempts, until } = await this.write(async (manager) => {
      await this.sweep(manager, nowMs);
      return count(manager, client, nowMs);
    });
    if (attempts <= limit) return 0;
    return Math.max(1, Math.ceil((until - nowMs) / 1000));
  }

  /** Deletes windows that have ended, once a minute and within bounds. */
  private async sweep(manager: EntityManager, nowMs: number): Promise<void> {
    if (performance.now() - this.sweptAtMs < SWEEP_INTERVAL_MS) return;
    this.sweptAtMs = performance.now();
    await manager.sql`DELETE FROM "login_attempts" WHERE "client" IN (
      SELECT "client" FROM "login_attempts" WHERE "until" <= ${nowMs} LIMIT ${MAX_SWEPT_ROWS})`;
  }

  private write<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.database.write<T>(work, ATTEMPTS, { allowOnFullDisk: true });
  }

  private async shared<T>(work: () => Promise<T>, alone: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      this.warn(error);
      return alone();
    }
  }
}

/** Counts an attempt in one statement, so that of several instances none misses the attempt of another. */
async function count(manager: EntityManager, client: string, nowMs: number): Promise<Window> {
  const [row] = await manager.sql<Window[]>`
    INSERT INTO "login_attempts" ("client", "attempts", "until") VALUES (${client}, 1, ${nowMs + WINDOW_MS})
    ON CONFLICT ("client") DO UPDATE SET
      "attempts" = CASE WHEN "login_attempts"."until" <= ${nowMs} THEN 1 ELSE "login_attempts"."attempts" + 1 END,
      "until" = CASE WHEN "login_attempts"."until" <= ${nowMs} THEN excluded."until" ELSE "login_attempts"."until" END
    RETURNING "attempts", "until"`;
  if (!row) throw new Error('The attempt was not counted.');
  return { attempts: row.attempts, until: Number(row.until) };
}
