import type { EntityManager, QueryRunner } from 'typeorm';

/**
 * The view of one unit of work on the shared query runner. It ends with the unit: a statement that a part of the unit
 * sends later (one of several concurrent ones, after another has failed) is rejected instead of running in the
 * transaction of another unit.
 */
export class UnitScope {
  readonly manager: EntityManager;
  private readonly running = new Set<Promise<unknown>>();
  private isOver = false;

  constructor(shared: QueryRunner) {
    const own = Object.create(shared) as QueryRunner;
    const manager = shared.dataSource.createEntityManager(own);
    const query = (...parameters: Parameters<QueryRunner['query']>): Promise<unknown> =>
      this.track(shared, parameters);
    Object.assign(own, { query, manager });
    this.manager = manager;
  }

  /** Rejects further statements; resolves when those already sent have settled. */
  async end(): Promise<void> {
    this.isOver = true;
    if (this.running.size > 0) await Promise.allSettled(this.running);
  }

  private async track(shared: QueryRunner, parameters: Parameters<QueryRunner['query']>): Promise<unknown> {
    if (this.isOver) throw new Error('This unit of work is over; it can send no more statements.');
    const sent = shared.query(...parameters);
    this.running.add(sent);
    try {
      return (await sent) as unknown;
    } finally {
      this.running.delete(sent);
    }
  }
}
