import { Logger } from '@nestjs/common';
import { In, type EntityManager } from 'typeorm';
import type { Database, Dialect, Subject } from '../../database/index.js';
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

/** The attempts in a window, and how long it still lasts. */
interface Window {
  readonly attempts: number;
  readonly leftMs: number;
}

/**
 * The counts of all instances, in the database, in windows of a minute that begin with the first attempt, by the clock
 * of the database: an instance whose own clock is wrong locks nobody out.
 * While the database cannot be used each instance counts for itself, because the owner has to be able to log in.
 */
export class SharedLoginAttempts extends LoginAttempts {
  private readonly local = new LocalLoginAttempts();
  private readonly statements: ReturnType<typeof statementsOf>;
  private sweptAtMs = -Infinity;
  private readonly warn = throttle((error: unknown) => {
    new Logger('Login').warn(`Each instance counts login attempts for itself: ${reasonOf(error)}`);
  });

  constructor(private readonly database: Database) {
    super();
    this.statements = statementsOf(database.engine.rows.dialect);
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
      () => this.hasWindow(knownAs(address)),
      () => Promise.resolve(false),
    );
  }

  async recordSuccess(address: string): Promise<void> {
    await this.local.recordSuccess(address);
    const work = async (manager: EntityManager): Promise<void> => {
      await manager.delete(LoginAttemptEntity, { client: attemptsOf(address) });
      await manager.query(this.statements.remember, [knownAs(address), KNOWN_ADDRESS_TTL_MS]);
    };
    await this.shared(
      () => this.write(work),
      () => Promise.resolve(),
    );
  }

  private async consume(client: string, limit: number): Promise<number> {
    const { attempts, leftMs } = await this.write(async (manager) => {
      await this.sweep(manager);
      const [window] = await manager.query<Window[]>(this.statements.count, [client, WINDOW_MS]);
      if (!window) throw new Error('The attempt was not counted.');
      return window;
    });
    if (attempts <= limit) return 0;
    return Math.max(1, Math.ceil(Number(leftMs) / 1000));
  }

  private async hasWindow(client: string): Promise<boolean> {
    const query = { text: this.statements.find, values: [client] };
    const { rows } = await this.database.read(async (reader) => reader.read(query));
    return rows.length > 0;
  }

  /** Deletes windows that have ended, within bounds: once a minute, and with the next attempt where there are more. */
  private async sweep(manager: EntityManager): Promise<void> {
    if (performance.now() - this.sweptAtMs < SWEEP_INTERVAL_MS) return;
    const ended = await manager.query<{ client: string }[]>(this.statements.ended);
    if (ended.length > 0) {
      await manager.delete(LoginAttemptEntity, { client: In(ended.map(({ client }) => client)) });
    }
    if (ended.length < MAX_SWEPT_ROWS) this.sweptAtMs = performance.now();
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

function statementsOf({ clockMs, toDriver }: Dialect) {
  const insert = `INSERT INTO "login_attempts" ("client", "attempts", "until") VALUES`;
  const nowMs = `(excluded."until" - ${WINDOW_MS})`;
  return {
    // An attempt is counted in one statement, so that of several instances none misses the attempt of another.
    count: toDriver(
      `${insert} (?, 1, ${clockMs} + ?) ON CONFLICT ("client") DO UPDATE SET
        "attempts" = CASE WHEN "login_attempts"."until" <= ${nowMs} THEN 1 ELSE "login_attempts"."attempts" + 1 END,
        "until" = CASE WHEN "login_attempts"."until" <= ${nowMs} THEN excluded."until" ELSE "login_attempts"."until" END
      RETURNING "attempts", "until" - ${clockMs} AS "leftMs"`,
    ),
    remember: toDriver(
      `${insert} (?, 0, ${clockMs} + ?) ON CONFLICT ("client") DO UPDATE SET "until" = excluded."until"`,
    ),
    find: `SELECT "client" FROM "login_attempts" WHERE "client" = ? AND "until" > ${clockMs}`,
    ended: `SELECT "client" FROM "login_attempts" WHERE "until" <= ${clockMs} LIMIT ${MAX_SWEPT_ROWS}`,
  };
}
