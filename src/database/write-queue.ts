import { setImmediate as nextTurn } from 'node:timers/promises';
import type { EntityManager } from 'typeorm';
import { ProblemError } from '../common/problem/problem.error.js';
import type { Transaction } from './transaction.js';

/**
 * A unit of work: all of it is committed or none. It awaits nothing but the database through the manager
 * that it is given, because every other write waits meanwhile.
 */
export type Work<T> = (manager: EntityManager) => Promise<T>;

interface Unit {
  readonly work: Work<unknown>;
  readonly succeed: (result: unknown) => void;
  readonly fail: (error: unknown) => void;
  result?: unknown;
}

/** What became of units, counted. */
export interface Outcomes {
  /** On disk. */
  committed: number;
  /** Failed by themselves; only they were undone. */
  undone: number;
  /** Went down with the transaction that they shared. */
  failed: number;
  /** Not taken, because too many were waiting. */
  refused: number;
}

/** A transaction that is over. */
export interface Group {
  readonly units: number;
  /** How long its COMMIT took, the sync to disk included, in seconds; undefined where it was not committed. */
  readonly commitSeconds: number | undefined;
}

/** The most units that share one transaction: bounds how long the first of them waits for the last. */
const LARGEST_GROUP = 256;

/**
 * The one way to write. Units that wait at the same moment share one transaction and so one sync to disk
 * (group commit), each in a savepoint of its own, in order of arrival. A unit that throws undoes itself only.
 * Nothing is acknowledged before the commit that holds it. docs/02-one-way-to-write.md says why.
 */
export class WriteQueue {
  private waiting: Unit[] = [];
  private draining: Promise<void> | undefined;
  readonly outcomes: Outcomes = { committed: 0, undone: 0, failed: 0, refused: 0 };
  /** Is told of each transaction when it is over. It must not throw. */
  watcher: ((group: Group) => void) | undefined;

  constructor(
    private readonly transaction: Transaction,
    /** The most units that may wait. */
    readonly capacity: number,
  ) {}

  /** How many units wait for their transaction. */
  get depth(): number {
    return this.waiting.length;
  }

  /**
   * @returns what the work returns, once it is committed and synced.
   * @throws ProblemError `write_queue_full`; what the work throws; what the database says of the commit.
   */
  run<T>(work: Work<T>): Promise<T> {
    if (this.waiting.length >= this.capacity) {
      this.outcomes.refused++;
      const detail = `${this.capacity} writes are waiting already; nothing was written.`;
      return Promise.reject(new ProblemError('write_queue_full', detail, { retryAfterSeconds: 1 }));
    }
    return new Promise<T>((resolve, reject) => {
      this.waiting.push({ work, succeed: resolve as (result: unknown) => void, fail: reject });
      this.draining ??= this.drain();
    });
  }

  /** Resolves once everything that was accepted is settled. */
  async drained(): Promise<void> {
    await this.draining;
  }

  private async drain(): Promise<void> {
    do {
      await this.gather();
      await this.commitGroup(this.waiting.splice(0, LARGEST_GROUP));
      await this.transaction.tidy();
    } while (this.waiting.length > 0);
    this.draining = undefined;
  }

  /**
   * Lets the event loop turn for as long as each turn brings more units: requests that are being read join the
   * group instead of waiting for a sync of their own. Alone, a unit waits for one turn. Answers leave meanwhile.
   */
  private async gather(): Promise<void> {
    let known: number;
    do {
      known = this.waiting.length;
      await nextTurn();
    } while (this.waiting.length > known && this.waiting.length < LARGEST_GROUP);
  }

  private async commitGroup(group: readonly Unit[]): Promise<void> {
    const done: Unit[] = [];
    let commitSeconds: number | undefined;
    try {
      await this.transaction.begin();
      for (const unit of group) {
        if (await this.attempt(unit)) done.push(unit);
      }
      const begun = performance.now();
      await this.transaction.commit();
      commitSeconds = (performance.now() - begun) / 1000;
      this.outcomes.committed += done.length;
      this.outcomes.undone += group.length - done.length;
      for (const unit of done) unit.succeed(unit.result);
    } catch (error) {
      // Settling twice is harmless: a unit that failed by itself keeps its own error.
      this.outcomes.failed += group.length;
      for (const unit of group) unit.fail(error);
      await this.transaction.abandon();
    }
    this.watcher?.({ units: group.length, commitSeconds });
  }

  private async attempt(unit: Unit): Promise<boolean> {
    const manager = await this.transaction.savepoint();
    try {
      unit.result = await unit.work(manager);
      await this.transaction.release();
      return true;
    } catch (error) {
      await this.transaction.undo();
      if (!this.transaction.isOpen) throw error;
      unit.fail(error);
      return false;
    }
  }
}
