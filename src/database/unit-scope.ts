import type { EntityManager, QueryRunner } from 'typeorm';

/**
 * The view that one unit of work has of the shared query runner. When the unit is over, so is the view: a statement
 * that a part of the unit sends afterwards (one of several at once, after another has failed) is refused, instead of
 * landing in the transaction of somebody else.
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

  /** Takes no statement from now on; resolves when those that were sent before are done. */
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
