import { randomUUID } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import type { Dialect } from './queries/dialect.js';
import type { WriteOptions } from './database.options.js';
import { NO_CHANGE, type About } from './feed/feed-change.js';
import type { Work } from './unit.js';

/** Runs a unit of work. @param about what it writes; default: nothing that changes an answer. */
export type WriteAbout = <T>(work: Work<T>, about?: About<T>, options?: WriteOptions) => Promise<T>;

/** The right to do some scheduled work, for a while. */
export interface Lease {
  /**
   * Runs a unit of work that fails, with nothing written, where the lease has ended meanwhile: whoever was paused for
   * longer than it lasts writes nothing beside the next holder. Each unit prolongs it.
   * @throws LeaseLost.
   */
  readonly write: WriteAbout;
}

export class LeaseLost extends Error {
  constructor(name: string) {
    super(`The lease of ${name} has ended.`);
  }
}

/**
 * Leases with a fence (Kleppmann, "How to do distributed locking", 2016): of several instances one does the work. A lease
 * ends by the clock of the database, so that the clocks of the instances do not matter.
 */
export class Leases {
  private readonly holder = randomUUID();
  private readonly take: string;
  private readonly renew: string;

  constructor(
    dialect: Dialect,
    private readonly write: WriteAbout,
  ) {
    const { clockMs, toDriver } = dialect;
    this.take = toDriver(
      `INSERT INTO leases (name, holder, fence, until) VALUES (?, ?, 1, ${clockMs} + ?) ON CONFLICT (name) ` +
        `DO UPDATE SET holder = excluded.holder, fence = leases.fence + 1, until = excluded.until ` +
        `WHERE leases.until <= ${clockMs} RETURNING fence`,
    );
    this.renew = toDriver(
      `UPDATE leases SET until = ${clockMs} + ? WHERE name = ? AND holder = ? AND fence = ? AND until > ${clockMs} ` +
        'RETURNING fence',
    );
  }

  /**
   * Does work while no other instance does.
   * @param lastsMs how long the lease lasts without a unit of work.
   * @param keptMs how long nobody else gets it when the work is done; asked then. Work that fails is anybody's at once.
   * @returns false where another instance holds the lease.
   * @throws what the work throws, LeaseLost among it.
   */
  async run(
    name: string,
    lastsMs: number,
    work: (lease: Lease) => Promise<void>,
    keptMs: () => number = () => 0,
  ): Promise<boolean> {
    const fence = await this.taken(name, lastsMs);
    if (fence === undefined) return false;
    const renew = async (manager: EntityManager, forMs: number): Promise<void> => {
      const held = await this.fenceOf(manager, this.renew, [forMs, name, this.holder, fence]);
      if (held === undefined) throw new LeaseLost(name);
    };
    const lease: Lease = {
      write: (unit, about = NO_CHANGE, options) =>
        this.write(
          async (manager) => {
            await renew(manager, lastsMs);
            return unit(manager);
          },
          about,
          options,
        ),
    };
    let leftMs = 0;
    try {
      await work(lease);
      leftMs = keptMs();
    } finally {
      await this.write((manager) => renew(manager, leftMs), NO_CHANGE).catch(() => undefined);
    }
    return true;
  }

  private taken(name: string, lastsMs: number): Promise<number | undefined> {
    const values = [name, this.holder, lastsMs];
    return this.write<number | undefined>((manager) => this.fenceOf(manager, this.take, values), NO_CHANGE);
  }

  private async fenceOf(
    manager: EntityManager,
    statement: string,
    values: readonly unknown[],
  ): Promise<number | undefined> {
    const result: unknown = await manager.query(statement, [...values]);
    // For an UPDATE, TypeORM's driver for PostgreSQL returns the rows and their number.
    const [first] = result as unknown[];
    const [row] = (Array.isArray(first) ? first : result) as { fence: number }[];
    return row && Number(row.fence);
  }
}
