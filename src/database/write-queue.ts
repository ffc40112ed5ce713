import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { ProblemError } from '../problems/problem.error.js';
import { Changes } from './changes.js';
import { unknownSubject } from './feed/feed-change.js';
import type { Query, QueryResult } from './query.js';
import type { Transaction } from './transaction.js';
import { isAlike, mayBeUndone, type Unit, type UnitOptions, type Work } from './unit.js';
import type { Group, Outcomes, QueueOptions } from './write-queue.options.js';

const MAX_WAITING_UNITS = 5000;
const MAX_GROUP_UNITS = 256;
/** A group is committed after this time, and the event loop turns; the remaining units form the next group. */
const MAX_GROUP_MS = 20;
/** Memory that unsettled units may hold. */
const MAX_WAITING_BYTES = 64 * 1_048_576;

const UNKNOWN_SUBJECT = unknownSubject();

/**
 * The only way to write. Units that wait at the same time share one transaction and one sync to disk (group commit), in
 * order of arrival; a unit of several statements has its own savepoint, so that an error rolls back that unit only.
 * No unit is acknowledged before its commit. docs/02-one-way-to-write.md says why.
 */
export class WriteQueue {
  private waiting: Unit[] = [];
  private draining: Promise<void> | undefined;
  private bytes = 0;
  private isBegun = false;
  readonly capacity: number;
  private readonly maxGroupUnits: number;
  private readonly clock: () => number;
  readonly outcomes: Outcomes = { committed: 0, undone: 0, failed: 0, refused: 0 };
  /** Called after each transaction. It must not throw. */
  watcher: ((group: Group) => void) | undefined;

  constructor(
    private readonly transaction: Transaction,
    /** Publishes what was written. */
    private readonly changes = new Changes(),
    { capacity = MAX_WAITING_UNITS, maxGroupUnits = MAX_GROUP_UNITS, clock }: QueueOptions = {},
  ) {
    this.capacity = capacity;
    this.maxGroupUnits = maxGroupUnits;
    this.clock = clock ?? (() => performance.now());
  }

  /** Number of units that wait for their transaction. */
  get depth(): number {
    return this.waiting.length;
  }

  /**
   * @param work one statement, or several in a function.
   * @returns what the work returns, once it is committed and synced.
   * @throws ProblemError `write_queue_full`; the error of the work; the error of the commit.
   */
  run(work: Query, options?: UnitOptions): Promise<QueryResult>;
  run<T>(work: Work<T>, options?: UnitOptions): Promise<T>;
  run(work: Work<unknown> | Query, options: UnitOptions = {}): Promise<unknown> {
    const { subject = UNKNOWN_SUBJECT, bytes = 0 } = options;
    const full = this.fullReason(bytes);
    if (full !== undefined) {
      this.outcomes.refused++;
      const detail = `${full} are waiting already; nothing was written.`;
      return Promise.reject(new ProblemError('write_queue_full', detail, { retryAfterSeconds: 1 }));
    }
    this.bytes += bytes;
    return new Promise((resolve, reject) => {
      this.waiting.push({ ...options, work, subject, bytes, succeed: resolve, fail: reject });
      this.draining ??= this.drain();
    });
  }

  /** Resolves once every accepted unit is settled. */
  async drained(): Promise<void> {
    await this.draining;
  }

  /** Why a unit is rejected. One that is larger than the limit is accepted while no other is held. */
  private fullReason(bytes: number): string | undefined {
    if (this.waiting.length >= this.capacity) return `${this.capacity} writes`;
    const isTooMuch = this.bytes > 0 && this.bytes + bytes > MAX_WAITING_BYTES;
    return isTooMuch ? `Writes of ${Math.ceil(this.bytes / 1_048_576)} MB` : undefined;
  }

  private async drain(): Promise<void> {
    do {
      await this.collectGroup();
      await this.commitGroup(this.takeGroup());
      await this.transaction.checkpointIfDue();
    } while (this.waiting.length > 0);
    this.draining = undefined;
  }

  /**
   * Waits for as long as each turn of the event loop brings more units: requests that are being read join the group
   * instead of waiting for a sync of their own. A single unit waits for one turn. Answers are sent meanwhile.
   */
  private async collectGroup(): Promise<void> {
    let known: number;
    do {
      known = this.waiting.length;
      await nextTurn();
    } while (this.waiting.length > known && this.waiting.length < this.maxGroupUnits);
  }

  /** The units at the head of the queue that may share a transaction. */
  private takeGroup(): Unit[] {
    const { waiting, maxGroupUnits } = this;
    const [first] = waiting;
    let end = 1;
    while (end < maxGroupUnits && isAlike(first, waiting[end])) end++;
    return waiting.splice(0, end);
  }

  private async commitGroup(group: Unit[]): Promise<void> {
    for (let attempt = 1, delay: number | undefined = 0; delay !== undefined; attempt++) {
      if (delay > 0) await sleep(delay);
      delay = await this.tryToCommit(group, attempt);
    }
  }

  /** @returns after how many milliseconds to try again; undefined where the group is settled. */
  private async tryToCommit(group: Unit[], attempt: number): Promise<number | undefined> {
    try {
      await this.commitOnce(group, attempt);
      return undefined;
    } catch (error) {
      const delay = this.transaction.repeatDelay?.(error, attempt);
      if (delay === undefined) this.failGroup(group, error);
      await this.transaction.abandon(error);
      return delay;
    }
  }

  private async commitOnce(group: Unit[], attempt: number): Promise<void> {
    this.isBegun = false;
    const isAsynchronous = mayBeUndone(group[0]);
    await this.transaction.begin({ attempt, isAsynchronous });
    this.isBegun = true;
    const done = await this.attemptAll(group);
    // A position that a crash may undo would be given again: what is due waits for the next group.
    const recorded = isAsynchronous ? [] : this.changes.toRecord(done);
    const position = recorded.length > 0 ? await this.transaction.record(recorded) : undefined;
    const begun = performance.now();
    await this.transaction.commit();
    const commitSeconds = isAsynchronous ? undefined : (performance.now() - begun) / 1000;
    this.outcomes.committed += done.length;
    this.outcomes.undone += group.length - done.length;
    if (position !== undefined) this.changes.committed(position, recorded);
    for (const unit of done) unit.succeed(unit.result);
    this.endGroup(group, commitSeconds);
  }

  private failGroup(group: readonly Unit[], error: unknown): void {
    // A COMMIT that failed may still be durable.
    if (this.isBegun) this.changes.failed(group);
    // Rejecting twice is harmless: a unit that failed by itself keeps its own error.
    this.outcomes.failed += group.length;
    for (const unit of group) unit.fail(error);
    this.endGroup(group, undefined);
  }

  private endGroup(group: readonly Unit[], commitSeconds: number | undefined): void {
    for (const { bytes } of group) this.bytes -= bytes;
    this.watcher?.({ units: group.length, commitSeconds });
  }

  /** Runs units up to the time limit; the remaining ones go back to the head of the queue. */
  private async attemptAll(group: Unit[]): Promise<Unit[]> {
    const done: Unit[] = [];
    const end = this.clock() + MAX_GROUP_MS;
    for (let next = 0; next < group.length;) {
      const units = this.takeTogether(group, next);
      next += units.length;
      const succeeded = await Promise.all(units.map((unit) => this.attempt(unit)));
      done.push(...units.filter((_, index) => succeeded[index]));
      if (this.clock() >= end) this.waiting.unshift(...group.splice(next));
    }
    return done;
  }

  /** The next unit; several of one statement each, where they are sent together. */
  private takeTogether(group: readonly Unit[], first: number): Unit[] {
    let end = first + 1;
    const isStatement = (index: number): boolean =>
      typeof group[index]?.work === 'object' && !group[index].takesPosition;
    if (this.transaction.sendsAtOnce && isStatement(first)) while (isStatement(end)) end++;
    return group.slice(first, end);
  }

  private async attempt(unit: Unit): Promise<boolean> {
    if (unit.hasFailed) return false;
    const { work } = unit;
    if (unit.takesPosition) await this.transaction.takePosition?.();
    const manager = typeof work === 'function' ? await this.transaction.savepoint() : undefined;
    try {
      unit.precondition?.();
      if (typeof work !== 'function') unit.result = await this.transaction.execute(work);
      else if (manager) unit.result = await work(manager);
      if (manager) await this.transaction.release();
      return true;
    } catch (error) {
      if (manager) await this.transaction.undo();
      if (!this.transaction.isOpen || this.transaction.failsGroup?.(error)) throw error;
      unit.hasFailed = true;
      unit.fail(error);
      return false;
    }
  }
}
