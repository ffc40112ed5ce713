import { setImmediate as nextTurn } from 'node:timers/promises';
import type { EntityManager } from 'typeorm';
import { ProblemError } from '../problems/problem.error.js';
import { Changes, unknownSubject, type Subject } from './changes.js';
import type { Query, QueryResult } from './query.js';
import type { Transaction } from './transaction.js';

/**
 * A unit of work: all of it is committed or none. It awaits nothing but the database through the manager
 * that it is given, and turns of the event loop where it is large, because every other write waits meanwhile.
 */
export type Work<T> = (manager: EntityManager) => Promise<T>;

/** What is known of a unit of work beside what it does. */
export interface UnitOptions {
  /** What it writes. Default: anything. */
  readonly subject?: Subject | undefined;
  /** How much it holds in memory until it is settled. */
  readonly bytes?: number | undefined;
  /** Is asked when its turn has come; what it throws is what the unit fails with. */
  readonly precondition?: (() => void) | undefined;
}

interface Unit extends UnitOptions {
  readonly work: Work<unknown> | Query;
  readonly subject: Subject;
  readonly bytes: number;
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

const MOST_UNITS = 5000;
/** The most units that share one transaction: bounds how long the first of them waits for the last. */
const LARGEST_GROUP = 256;
/** After so much work a group is committed, and the event loop turns; the units that are left are the next group. */
const LONGEST_GROUP_MS = 20;
/** The most bytes that units may hold until they are settled. */
const MOST_BYTES = 64 * 1_048_576;

const ANYTHING = unknownSubject();

/**
 * The one way to write. Units that wait at the same moment share one transaction and so one sync to disk
 * (group commit), in order of arrival; one of several statements has a savepoint of its own. A unit that throws undoes itself only.
 * Nothing is acknowledged before the commit that holds it. docs/02-one-way-to-write.md says why.
 */
export class WriteQueue {
  private waiting: Unit[] = [];
  private draining: Promise<void> | undefined;
  private bytes = 0;
  readonly outcomes: Outcomes = { committed: 0, undone: 0, failed: 0, refused: 0 };
  /** Is told of each transaction when it is over. It must not throw. */
  watcher: ((group: Group) => void) | undefined;

  constructor(
    private readonly transaction: Transaction,
    /** Is told what was written. */
    private readonly changes = new Changes(),
    /** The most units that may wait. */
    readonly capacity = MOST_UNITS,
    /** The time in milliseconds, from any beginning. */
    private readonly clock: () => number = () => performance.now(),
  ) {}

  /** How many units wait for their transaction. */
  get depth(): number {
    return this.waiting.length;
  }

  /**
   * @param work one statement, or several in a function.
   * @returns what the work returns, once it is committed and synced.
   * @throws ProblemError `write_queue_full`; what the work throws; what the database says of the commit.
   */
  run(work: Query, options?: UnitOptions): Promise<QueryResult>;
  run<T>(work: Work<T>, options?: UnitOptions): Promise<T>;
  run(work: Work<unknown> | Query, options: UnitOptions = {}): Promise<unknown> {
    const { subject = ANYTHING, bytes = 0, precondition } = options;
    const full = this.whyFull(bytes);
    if (full !== undefined) {
      this.outcomes.refused++;
      const detail = `${full} are waiting already; nothing was written.`;
      return Promise.reject(new ProblemError('write_queue_full', detail, { retryAfterSeconds: 1 }));
    }
    this.bytes += bytes;
    return new Promise((resolve, reject) => {
      this.waiting.push({ work, subject, bytes, precondition, succeed: resolve, fail: reject });
      this.draining ??= this.drain();
    });
  }

  /** Resolves once everything that was accepted is settled. */
  async drained(): Promise<void> {
    await this.draining;
  }

  /** One that is larger than the bound is taken where no other is held. */
  private whyFull(bytes: number): string | undefined {
    if (this.waiting.length >= this.capacity) return `${this.capacity} writes`;
    const isTooMuch = this.bytes > 0 && this.bytes + bytes > MOST_BYTES;
    return isTooMuch ? `Writes of ${Math.ceil(this.bytes / 1_048_576)} MB` : undefined;
  }

  private async drain(): Promise<void> {
    do {
      await this.gather();
      await this.commitGroup(this.waiting.splice(0, LARGEST_GROUP));
      await this.transaction.checkpointIfDue();
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

  private async commitGroup(group: Unit[]): Promise<void> {
    let commitSeconds: number | undefined;
    let isBegun = false;
    try {
      await this.transaction.begin();
      isBegun = true;
      const done = await this.attemptAll(group);
      const begun = performance.now();
      await this.transaction.commit();
      commitSeconds = (performance.now() - begun) / 1000;
      this.outcomes.committed += done.length;
      this.outcomes.undone += group.length - done.length;
      this.changes.committed(done);
      for (const unit of done) unit.succeed(unit.result);
    } catch (error) {
      // A commit may fail after the fact.
      if (isBegun) this.changes.failed(group);
      // Settling twice is harmless: a unit that failed by itself keeps its own error.
      this.outcomes.failed += group.length;
      for (const unit of group) unit.fail(error);
      await this.transaction.abandon();
    }
    for (const { bytes } of group) this.bytes -= bytes;
    this.watcher?.({ units: group.length, commitSeconds });
  }

  /** Runs units until their time is over; those that are left go back to the head of the queue. */
  private async attemptAll(group: Unit[]): Promise<Unit[]> {
    const done: Unit[] = [];
    const end = this.clock() + LONGEST_GROUP_MS;
    for (const [index, unit] of group.entries()) {
      if (await this.attempt(unit)) done.push(unit);
      if (this.clock() >= end) this.waiting.unshift(...group.splice(index + 1));
    }
    return done;
  }

  private async attempt(unit: Unit): Promise<boolean> {
    const { work } = unit;
    const manager = typeof work === 'function' ? await this.transaction.savepoint() : undefined;
    try {
      unit.precondition?.();
      if (typeof work !== 'function') unit.result = await this.transaction.execute(work);
      else if (manager) unit.result = await work(manager);
      if (manager) await this.transaction.release();
      return true;
    } catch (error) {
      if (manager) await this.transaction.undo();
      if (!this.transaction.isOpen) throw error;
      unit.fail(error);
      return false;
    }
  }
}
