import { describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Changes } from './changes.js';
import { NO_CHANGE, type Change, type FeedChange, type Subject } from './feed/feed-change.js';
import type { Query, QueryResult } from './query.js';
import type { BeginOptions, Transaction } from './transaction.js';
import { WriteQueue } from './write-queue.js';

type Step = 'begin' | 'takePosition' | 'execute' | 'savepoint' | 'release' | 'undo' | 'commit';

/** Records the calls of the queue, and fails at the given steps. */
class RecordingTransaction implements Transaction {
  readonly steps: string[] = [];
  /** What was recorded, after which step. */
  readonly recorded: { readonly after: string | undefined; readonly changes: readonly FeedChange[] }[] = [];
  /** How each transaction was begun. */
  readonly asynchronous: boolean[] = [];
  readonly tidied: ('inside' | 'between')[] = [];
  isOpen = false;
  /** In milliseconds, before the second attempt, the third, and so on. */
  delays: number[] = [];
  private readonly failures: { step: Step | 'record'; error: Error; closes: boolean }[] = [];
  /** What a commit waits for. */
  sync: Promise<void> = Promise.resolve();

  /** Lets the next such step fail; where it `closes`, the database has given the transaction up as well. */
  failAt(step: Step | 'record', error: Error, closes = false): void {
    this.failures.push({ step, error, closes });
  }

  begin({ isAsynchronous }: BeginOptions): void {
    this.take('begin');
    this.asynchronous.push(isAsynchronous);
    this.isOpen = true;
  }
  takePosition(): Promise<void> {
    this.take('takePosition');
    return Promise.resolve();
  }
  execute({ text }: Query): QueryResult {
    this.take('execute');
    return { changes: 1, lastId: text.length };
  }
  savepoint(): EntityManager {
    this.take('savepoint');
    return {} as EntityManager;
  }
  release(): void {
    this.take('release');
  }
  undo(): void {
    this.take('undo');
  }
  record(changes: readonly FeedChange[]): number {
    this.fail('record');
    return this.recorded.push({ after: this.steps.at(-1), changes });
  }
  async commit(): Promise<void> {
    await this.sync;
    this.take('commit');
    this.isOpen = false;
  }
  checkpointIfDue(): void {
    this.tidied.push(this.isOpen ? 'inside' : 'between');
  }
  repeatDelay(error: unknown, attempt: number): number | undefined {
    return (error as Error).message === 'deadlock' ? this.delays[attempt - 1] : undefined;
  }
  abandon(): void {
    this.steps.push('abandon');
    this.isOpen = false;
  }

  private take(step: Step): void {
    this.steps.push(step);
    this.fail(step);
  }

  private fail(step: Step | 'record'): void {
    const index = this.failures.findIndex((failure) => failure.step === step);
    const [failure] = index < 0 ? [] : this.failures.splice(index, 1);
    if (!failure) return;
    if (failure.closes) this.isOpen = false;
    throw failure.error;
  }
}

function createQueue(mostWaiting = 1000): {
  queue: WriteQueue;
  transaction: RecordingTransaction;
  changes: Changes;
  clock: { now: number };
} {
  const transaction = new RecordingTransaction();
  const changes = new Changes();
  const clock = { now: 0 };
  return {
    queue: new WriteQueue(transaction, changes, { capacity: mostWaiting, clock: () => clock.now }),
    transaction,
    changes,
    clock,
  };
}

const MB = 1_048_576;

const returns =
  <T>(value: T) =>
  (): Promise<T> =>
    Promise.resolve(value);
const throws = (message: string) => (): Promise<never> => Promise.reject(new Error(message));

/** How each promise ended: its value, or the message of its error. */
async function outcomes(promises: readonly Promise<unknown>[]): Promise<unknown[]> {
  const settled = await Promise.allSettled(promises);
  return settled.map((one) => (one.status === 'fulfilled' ? one.value : (one.reason as Error).message));
}

const STATEMENT: Query = { text: 'DELETE', values: [] };
const RESULT: QueryResult = { changes: 1, lastId: 'DELETE'.length };

describe('WriteQueue', () => {
  it('runs units that arrive together in one transaction, in order of arrival, each in its savepoint', async () => {
    const { queue, transaction } = createQueue();
    const order: number[] = [];
    const units = [0, 1, 2].map((number) => queue.run(() => Promise.resolve(order.push(number))));
    expect(await outcomes(units)).toEqual([1, 2, 3]);
    expect(order).toEqual([0, 1, 2]);
    const unit = ['savepoint', 'release'];
    expect(transaction.steps).toEqual(['begin', ...unit, ...unit, ...unit, 'commit']);
  });

  it('runs a unit that is one statement without a savepoint', async () => {
    const { queue, transaction } = createQueue();
    const units = [queue.run(STATEMENT), queue.run(returns('row')), queue.run(STATEMENT)];
    expect(await outcomes(units)).toEqual([RESULT, 'row', RESULT]);
    const steps = ['begin', 'execute', 'savepoint', 'release', 'execute', 'commit'];
    expect(transaction.steps).toEqual(steps);
  });

  it('fails a statement that throws alone, unless the database has given the transaction up', async () => {
    const { queue, transaction } = createQueue();
    transaction.failAt('execute', new Error('no such table'));
    expect(await outcomes([queue.run(STATEMENT), queue.run(returns('b'))])).toEqual(['no such table', 'b']);
    transaction.failAt('execute', new Error('no room'), true);
    expect(await outcomes([queue.run(returns('a')), queue.run(STATEMENT)])).toEqual(['no room', 'no room']);
    expect(transaction.steps.slice(-4)).toEqual(['savepoint', 'release', 'execute', 'abandon']);
  });

  it('asks what a unit depends on when its turn has come, and fails the unit alone', async () => {
    const { queue, transaction } = createQueue();
    let isFull = false;
    const precondition = (): void => {
      if (isFull) throw new Error('full');
    };
    const fills = queue.run(() => Promise.resolve((isFull = true)), { precondition });
    const others = [queue.run(STATEMENT, { precondition }), queue.run(returns('b'), { precondition })];
    expect(await outcomes([fills, ...others, queue.run(returns('c'))])).toEqual([true, 'full', 'full', 'c']);
    expect(transaction.steps).not.toContain('execute');
  });

  it('tidies up between two transactions, also after one that failed', async () => {
    const { queue, transaction } = createQueue();
    await queue.run(returns('row'));
    transaction.failAt('commit', new Error('no room'), true);
    await queue.run(returns('row')).catch(() => undefined);
    await queue.drained();
    expect(transaction.tidied).toEqual(['between', 'between']);
  });

  it('acknowledges nothing before the commit is done', async () => {
    const { queue, transaction } = createQueue();
    let sync: () => void = () => undefined;
    transaction.sync = new Promise((resolve) => (sync = resolve));
    let acknowledged = false;
    const unit = queue.run(returns('row')).then(() => (acknowledged = true));
    await turns(5);
    expect(transaction.steps).toEqual(['begin', 'savepoint', 'release']);
    expect(acknowledged).toBe(false);
    sync();
    await unit;
    expect(acknowledged).toBe(true);
  });

  it('undoes a unit that throws, hands it its error, and commits the others', async () => {
    const { queue, transaction } = createQueue();
    const units = [queue.run(returns('a')), queue.run(throws('broken')), queue.run(returns('c'))];
    expect(await outcomes(units)).toEqual(['a', 'broken', 'c']);
    const { steps } = transaction;
    expect(steps).toEqual([
      'begin',
      'savepoint',
      'release',
      'savepoint',
      'undo',
      'savepoint',
      'release',
      'commit',
    ]);
  });

  it('repeats a group as often as the transaction says, and after the time that it says', async () => {
    const { queue, transaction } = createQueue();
    transaction.delays = [50, 0];
    for (let count = 0; count < 5; count++) transaction.failAt('commit', new Error('deadlock'));
    const begun = performance.now();
    expect(await outcomes([queue.run(STATEMENT)])).toEqual(['deadlock']);
    expect(performance.now() - begun).toBeGreaterThanOrEqual(45);
    const attempt = ['begin', 'execute', 'commit', 'abandon'];
    expect(transaction.steps).toEqual([...attempt, ...attempt, ...attempt]);
  });

  it('takes the position before a unit that needs it, and runs no other units in that group', async () => {
    const { queue, transaction } = createQueue();
    const takesPosition = { takesPosition: true };
    const units = [
      queue.run(STATEMENT),
      queue.run(returns('b'), takesPosition),
      queue.run(STATEMENT, takesPosition),
      queue.run(returns('d')),
    ];
    expect(await outcomes(units)).toEqual([RESULT, 'b', RESULT, 'd']);
    const held = ['takePosition', 'savepoint', 'release', 'takePosition', 'execute', 'commit'];
    expect(transaction.steps).toEqual([
      'begin',
      'execute',
      'commit',
      'begin',
      ...held,
      'begin',
      'savepoint',
      'release',
      'commit',
    ]);
  });

  it('commits asynchronously in transactions of their own what a crash may undo, and records nothing with it', async () => {
    const { queue, transaction, changes } = createQueue();
    const asynchronous = { subject: NO_CHANGE, commitsAsynchronously: true };
    changes.noteUnknown();
    const units = [
      queue.run(STATEMENT, asynchronous),
      queue.run(returns('b'), asynchronous),
      queue.run(STATEMENT),
      queue.run(returns('d'), asynchronous),
    ];
    expect(await outcomes(units)).toEqual([RESULT, 'b', RESULT, 'd']);
    expect(transaction.asynchronous).toEqual([true, false, true]);
    // What another program has written is recorded with the first position that lasts.
    expect(transaction.recorded.map(({ changes: [first] }) => first?.topic)).toEqual(['*']);
  });

  it('treats a unit that throws before it returns a promise like any other', async () => {
    const { queue } = createQueue();
    const units = [
      queue.run(() => {
        throw new Error('at once');
      }),
      queue.run(returns('b')),
    ];
    expect(await outcomes(units)).toEqual(['at once', 'b']);
  });

  it('puts what arrives during a transaction into the next one', async () => {
    const { queue, transaction } = createQueue();
    let second: Promise<unknown> | undefined;
    await queue.run(() => {
      second = queue.run(returns('second'));
      return Promise.resolve();
    });
    expect(await second).toBe('second');
    const once = ['begin', 'savepoint', 'release', 'commit'];
    expect(transaction.steps).toEqual([...once, ...once]);
  });

  it('bounds how many units share a transaction, and leaves none out', async () => {
    const { queue, transaction } = createQueue();
    const numbers = Array.from({ length: 600 }, (_, number) => number);
    expect(await outcomes(numbers.map((number) => queue.run(returns(number))))).toEqual(numbers);
    const groups = transaction.steps
      .join(' ')
      .split('commit')
      .map((group) => group.split('release').length - 1);
    expect(groups).toEqual([256, 256, 88, 0]);
  });

  it('ends a transaction after 20 ms of work; what is left is the next, in order, after a turn of the event loop', async () => {
    const { queue, transaction, clock } = createQueue();
    const order: unknown[] = [];
    const takes = (milliseconds: number) => (): Promise<number> => {
      clock.now += milliseconds;
      order.push(milliseconds);
      return Promise.resolve(milliseconds);
    };
    const units = [5, 14, 2, 1, 50, 3].map((milliseconds) => queue.run(takes(milliseconds)));
    setImmediate(() => setImmediate(() => setImmediate(() => order.push('turn'))));
    expect(await outcomes(units)).toEqual([5, 14, 2, 1, 50, 3]);
    expect(order.filter((one) => one !== 'turn')).toEqual([5, 14, 2, 1, 50, 3]);
    const groups = transaction.steps
      .join(' ')
      .split('commit')
      .map((group) => group.split('release').length - 1);
    expect(groups).toEqual([3, 2, 1, 0]);
    expect(order.indexOf('turn')).toBeGreaterThan(0);
    expect(order.indexOf('turn')).toBeLessThan(order.length - 1);
  });

  it('counts no time that it waited for a lock as work', async () => {
    const { queue, transaction, clock } = createQueue();
    transaction.begin = () => {
      clock.now += 5000;
      transaction.isOpen = true;
      transaction.steps.push('begin');
    };
    await outcomes([queue.run(returns('a')), queue.run(returns('b'))]);
    expect(transaction.steps.filter((step) => step === 'commit')).toHaveLength(1);
  });

  it('fails only the units that it ran where a transaction that ended by time cannot be committed', async () => {
    const { queue, transaction, clock } = createQueue();
    transaction.failAt('commit', new Error('disk full'));
    const slow = queue.run(() => Promise.resolve((clock.now += 100)));
    expect(await outcomes([slow, queue.run(returns('b'))])).toEqual(['disk full', 'b']);
    expect(queue.outcomes).toEqual({ committed: 1, undone: 0, failed: 1, refused: 0 });
  });

  it('refuses what is past its bound in bytes, until what holds them is settled, well or not', async () => {
    const { queue, transaction } = createQueue();
    transaction.failAt('commit', new Error('disk full'));
    const accepted = [
      queue.run(returns('a'), { bytes: 40 * MB }),
      queue.run(throws('own'), { bytes: 20 * MB }),
    ];
    const refusal = { code: 'write_queue_full', retryAfterSeconds: 1 };
    await expect(queue.run(returns('b'), { bytes: 5 * MB })).rejects.toMatchObject(refusal);
    accepted.push(queue.run(returns('c'), { bytes: 4 * MB }), queue.run(returns('small')));
    expect(await outcomes(accepted)).toEqual(['disk full', 'own', 'disk full', 'disk full']);
    expect(await outcomes([queue.run(returns('d'), { bytes: 64 * MB })])).toEqual(['d']);
    expect(queue.outcomes.refused).toBe(1);
  });

  it('takes a unit that is larger than its bound where nothing else waits, and only there', async () => {
    const { queue } = createQueue();
    const large = queue.run(returns('large'), { bytes: 100 * MB });
    await expect(queue.run(returns('next'), { bytes: 1 })).rejects.toMatchObject({
      code: 'write_queue_full',
    });
    expect(await large).toBe('large');
    expect(await queue.run(returns('next'), { bytes: 1 })).toBe('next');
  });

  it('fails every unit of a transaction that cannot begin, and goes on with the next', async () => {
    const { queue, transaction } = createQueue();
    transaction.failAt('begin', new Error('locked'));
    expect(await outcomes([queue.run(returns('a')), queue.run(returns('b'))])).toEqual(['locked', 'locked']);
    expect(transaction.steps).toEqual(['begin', 'abandon']);
    expect(await queue.run(returns('c'))).toBe('c');
  });

  it('fails every unit of a transaction that cannot be committed; one that failed by itself keeps its error', async () => {
    const { queue, transaction } = createQueue();
    transaction.failAt('commit', new Error('disk full'));
    const units = [queue.run(returns('a')), queue.run(throws('own')), queue.run(returns('c'))];
    expect(await outcomes(units)).toEqual(['disk full', 'own', 'disk full']);
    expect(transaction.steps.at(-1)).toBe('abandon');
    expect(await queue.run(returns('d'))).toBe('d');
  });

  it('fails the whole transaction, and runs no more units in it, once the database has given it up', async () => {
    const { queue, transaction } = createQueue();
    let ran = false;
    const units = [
      queue.run(returns('a')),
      queue.run(() => {
        transaction.isOpen = false;
        return Promise.reject(new Error('disk full'));
      }),
      queue.run(() => Promise.resolve((ran = true))),
    ];
    expect(await outcomes(units)).toEqual(['disk full', 'disk full', 'disk full']);
    expect(ran).toBe(false);
    expect(transaction.steps).not.toContain('commit');
    expect(await queue.run(returns('d'))).toBe('d');
  });

  it('fails the whole transaction where a unit hides that the database has given it up', async () => {
    const { queue, transaction } = createQueue();
    transaction.failAt('release', new Error('no such savepoint'), true);
    const units = [queue.run(returns('a')), queue.run(returns('b'))];
    expect(await outcomes(units)).toEqual(['no such savepoint', 'no such savepoint']);
    expect(transaction.steps).toEqual(['begin', 'savepoint', 'release', 'undo', 'abandon']);
  });

  it('fails the whole transaction where a unit cannot be undone', async () => {
    const { queue, transaction } = createQueue();
    transaction.failAt('undo', new Error('cannot undo'));
    const units = [queue.run(returns('a')), queue.run(throws('own')), queue.run(returns('c'))];
    expect(await outcomes(units)).toEqual(['cannot undo', 'cannot undo', 'cannot undo']);
    expect(transaction.steps).not.toContain('commit');
  });

  it('fails one unit alone where its savepoint cannot be released', async () => {
    const { queue, transaction } = createQueue();
    transaction.failAt('release', new Error('constraint'));
    expect(await outcomes([queue.run(returns('a')), queue.run(returns('b'))])).toEqual(['constraint', 'b']);
    expect(transaction.steps.at(-1)).toBe('commit');
  });

  it('refuses what is past its bound at once, naming the problem, and takes more when there is room', async () => {
    const { queue } = createQueue(3);
    const accepted = [1, 2, 3].map((number) => queue.run(returns(number)));
    expect(queue.depth).toBe(3);
    let ran = false;
    const refused = queue.run(() => Promise.resolve((ran = true)));
    await expect(refused).rejects.toMatchObject({
      code: 'write_queue_full',
      status: 503,
      retryAfterSeconds: 1,
    });
    expect(await outcomes(accepted)).toEqual([1, 2, 3]);
    expect(queue.depth).toBe(0);
    expect(ran).toBe(false);
    expect(await queue.run(returns(4))).toBe(4);
  });

  it('is drained once everything is settled, what arrives meanwhile included', async () => {
    const { queue, transaction } = createQueue();
    const settled: string[] = [];
    void queue
      .run(async () => {
        void queue.run(returns('second')).then((name) => settled.push(name));
        await turns(3);
        return 'first';
      })
      .then((name) => settled.push(name));
    await queue.drained();
    await turns(1);
    expect(settled).toEqual(['first', 'second']);
    expect(transaction.steps.filter((step) => step === 'commit')).toHaveLength(2);
  });

  it('is drained at once where nothing was ever written', async () => {
    const { queue, transaction } = createQueue();
    await queue.drained();
    expect(transaction.steps).toEqual([]);
  });

  it('counts what became of every unit, before anybody learns of it', async () => {
    const { queue, transaction } = createQueue(3);
    const seen: unknown[] = [];
    const unit = queue.run(returns('a')).then(() => seen.push({ ...queue.outcomes }));
    await outcomes([unit, queue.run(throws('no')), queue.run(returns('b')), queue.run(returns('too many'))]);
    expect(seen).toEqual([{ committed: 2, undone: 1, failed: 0, refused: 1 }]);
    transaction.failAt('commit', new Error('disk'));
    await outcomes([queue.run(returns('c')), queue.run(returns('d'))]);
    expect(queue.outcomes).toEqual({ committed: 2, undone: 1, failed: 2, refused: 1 });
  });

  it('tells its watcher of each transaction, committed or not, before the units learn of it', async () => {
    const { queue, transaction } = createQueue();
    const groups: unknown[] = [];
    queue.watcher = (group) => groups.push(group);
    const seen = await queue.run(returns('a')).then(() => groups.length);
    expect(seen).toBe(1);
    transaction.failAt('commit', new Error('disk'));
    await outcomes([queue.run(returns('b')), queue.run(returns('c'))]);
    expect(groups).toEqual([
      { units: 1, commitSeconds: expect.any(Number) },
      { units: 2, commitSeconds: undefined },
    ]);
  });
});

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
}

describe('What the queue tells of', () => {
  const rowOf = (id: number): Subject => ({ topic: 'rows', kind: 'insert', ids: () => [id] });
  const heardBy = (changes: Changes): Change[] => {
    const heard: Change[] = [];
    changes.subscribe((some) => heard.push(...some));
    return heard;
  };

  it('is what a group has committed, once, before those who wrote are answered', async () => {
    const { queue, transaction, changes } = createQueue();
    const order: string[] = [];
    changes.subscribe(([change]) => order.push(`${transaction.steps.at(-1)}: ${change?.ids.join()}`));
    const before = changes.versionOf('rows');
    const units = [1, 2].map((id) => queue.run(STATEMENT, { subject: rowOf(id) }));
    const versions = units.map((unit) => unit.then(() => changes.versionOf('rows')));
    void units[0]!.then(() => order.push('answered'));
    for (const version of await Promise.all(versions)) expect(version).not.toBe(before);
    expect(order).toEqual(['commit: 1,2', 'answered']);
  });

  it('is by what a unit returned', async () => {
    const { queue, changes } = createQueue();
    const heard = heardBy(changes);
    const subject: Subject<QueryResult> = {
      topic: 'rows',
      kind: 'insert',
      ids: ({ lastId }) => [lastId],
    };
    await queue.run(STATEMENT, { subject });
    expect(heard).toMatchObject([{ topic: 'rows', ids: [RESULT.lastId], isComplete: true }]);
  });

  it('is nothing of a unit that was undone', async () => {
    const { queue, changes } = createQueue();
    const heard = heardBy(changes);
    const version = changes.versionOf('others');
    const undone = queue.run(throws('no'), { subject: { ...rowOf(1), topic: 'others' } });
    await outcomes([undone, queue.run(returns('b'), { subject: rowOf(2) })]);
    expect(heard).toMatchObject([{ topic: 'rows', ids: [2] }]);
    expect(changes.versionOf('others')).toBe(version);
  });

  it('is the topic alone where the commit fails, as it may have failed after the fact', async () => {
    const { queue, transaction, changes } = createQueue();
    const heard = heardBy(changes);
    const before = changes.versionOf('rows');
    transaction.failAt('commit', new Error('disk I/O error'));
    const version = queue.run(STATEMENT, { subject: rowOf(1) }).catch(() => changes.versionOf('rows'));
    expect(await version).not.toBe(before);
    expect(heard).toMatchObject([{ topic: 'rows', kind: 'unknown', ids: [], isComplete: false }]);
  });

  it('is nothing where no transaction was begun', async () => {
    const { queue, transaction, changes } = createQueue();
    const heard = heardBy(changes);
    const before = changes.versionOf('rows');
    transaction.failAt('begin', new Error('locked'));
    expect(await outcomes([queue.run(STATEMENT, { subject: rowOf(1) })])).toEqual(['locked']);
    expect(heard).toEqual([]);
    expect(changes.versionOf('rows')).toBe(before);
  });

  it('is recorded once a group, last before the commit, and not where nothing changed', async () => {
    const { queue, transaction } = createQueue();
    const found = { ...rowOf(1), ids: () => [] };
    const units = [1, 2].map((id) => queue.run(STATEMENT, { subject: rowOf(id) }));
    await outcomes([...units, queue.run(throws('no'), { subject: rowOf(3) })]);
    const changes = [{ topic: 'rows', kind: 'insert', ids: [1, 2] }];
    expect(transaction.recorded).toMatchObject([{ after: 'undo', changes }]);
    await outcomes([queue.run(STATEMENT, { subject: found }), queue.run(STATEMENT, { subject: NO_CHANGE })]);
    expect(transaction.recorded).toHaveLength(1);
  });

  it('fails every unit where it cannot be recorded', async () => {
    const { queue, transaction, changes } = createQueue();
    const heard = heardBy(changes);
    transaction.failAt('record', new Error('disk full'));
    const units = [1, 2].map((id) => queue.run(STATEMENT, { subject: rowOf(id) }));
    expect(await outcomes(units)).toEqual(['disk full', 'disk full']);
    expect(transaction.steps.at(-1)).toBe('abandon');
    expect(heard).toMatchObject([{ topic: 'rows', kind: 'unknown' }]);
    expect(await queue.run(returns('d'))).toBe('d');
  });

  it('harms nobody who wrote, whatever the listener does', async () => {
    const { queue, changes } = createQueue();
    const error = jest.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
    changes.subscribe(() => {
      throw new Error('of the listener');
    });
    const heard = heardBy(changes);
    expect(await outcomes([queue.run(returns('a'), { subject: rowOf(1) })])).toEqual(['a']);
    expect(heard).toHaveLength(1);
    expect(error).toHaveBeenCalledTimes(1);
    error.mockRestore();
  });
});
