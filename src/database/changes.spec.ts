import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { Changes } from './changes.js';
import {
  ANY_TOPIC,
  UNKNOWN_CHANGE,
  unknownSubject,
  type Change,
  type FinishedUnit,
  type Subject,
} from './feed/feed-change.js';
import type { Feed, FeedState } from './feed/feed.js';

const unit = (topic: string, kind: Subject['kind'], ...ids: (string | number)[]): FinishedUnit => ({
  subject: { topic, kind, ids: () => ids },
});
const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
const change = (position: number, topic = 'a'): Change => ({
  position,
  topic,
  kind: 'insert',
  ids: [position],
  isComplete: true,
});
const stateAt = (position: number, topics: Record<string, number> = {}, identity = 'x'): FeedState => ({
  identity,
  position,
  topics: new Map(Object.entries(topics)),
});

/** As the write queue does with a transaction. */
function commit(changes: Changes, position: number, ...units: FinishedUnit[]): void {
  const recorded = changes.toRecord(units);
  if (recorded.length > 0) changes.committed(position, recorded);
}

/** A feed that others write to as well. */
function sharedFeed(state: FeedState): Omit<Feed, 'read'> & { read: jest.Mock<() => Promise<FeedState>> } {
  return {
    initial: state,
    isShared: true,
    read: jest.fn(() => Promise.resolve(state)),
    changesAfter: () => [],
  };
}

describe('The version of a topic', () => {
  const schema = { hasTriggers: false, version: () => 0, onForeignWrite: (): void => undefined };
  let changes: Changes;
  beforeEach(() => {
    Object.assign(schema, { hasTriggers: false });
    changes = new Changes(schema);
  });

  /** Which of two topics have another version after a piece of work. */
  function changedBy(work: () => unknown): string[] {
    const topics = ['a', 'b'];
    const before = topics.map((topic) => changes.versionOf(topic));
    work();
    return topics.filter((topic, index) => changes.versionOf(topic) !== before[index]);
  }
  const commits = (position: number, one: FinishedUnit) => (): void => {
    commit(changes, position, one);
  };

  it('changes with what is written about it, or about anything', () => {
    expect(changedBy(commits(1, unit('a', 'insert', 1)))).toEqual(['a']);
    expect(changedBy(commits(2, { subject: unknownSubject('b') }))).toEqual(['b']);
    expect(changedBy(commits(3, { subject: unknownSubject() }))).toEqual(['a', 'b']);
  });

  it('stays where a write changed nothing', () => {
    expect(changedBy(commits(1, unit('a', 'update')))).toEqual([]);
  });

  it('changes also where a write may have failed after the fact', () => {
    const failed = (): void => {
      changes.failed([unit('a', 'insert', 1)]);
    };
    expect(changedBy(failed)).toEqual(['a']);
    expect(changedBy(failed)).toEqual(['a']);
  });

  it('changes with any write where there are triggers, and at once with one of another program', () => {
    schema.hasTriggers = true;
    expect(changedBy(commits(1, unit('a', 'insert', 1)))).toEqual(['a', 'b']);
    expect(
      changedBy(() => {
        schema.onForeignWrite();
      }),
    ).toEqual(['a', 'b']);
  });

  it('changes once with a write of another program, and not again when it is recorded', () => {
    changes.noteUnknown();
    expect(changedBy(commits(1, unit('a', 'insert', 1)))).toEqual(['a']);
    changes.noteUnknown();
    expect(changedBy(commits(2, { subject: unknownSubject() }))).toEqual(['a', 'b']);
  });

  it('counts the position under which the write of another program is recorded as known', () => {
    changes.noteUnknown();
    changes.toRecord([]);
    changes.committed(3, [UNKNOWN_CHANGE]);
    expect(changes.known.position).toBe(3);
  });

  it('is the same in processes that have seen the same positions, and another under another identity', () => {
    const versionIn = (state: FeedState): string => new Changes(schema, sharedFeed(state)).versionOf('a');
    expect(versionIn(stateAt(5, { a: 4 }))).toBe(versionIn(stateAt(6, { a: 4, b: 6 })));
    expect(versionIn(stateAt(5, { a: 4 }))).not.toBe(versionIn(stateAt(5, { a: 4 }, 'y')));
    expect(versionIn(stateAt(5, { a: 4 }))).not.toBe(versionIn(stateAt(5, { a: 4, [ANY_TOPIC]: 5 })));
  });

  it('is another in each process where no position tells', () => {
    expect(new Changes(schema).versionOf('a')).not.toBe(changes.versionOf('a'));
    const [one, two] = upTo(2).map(() => new Changes(schema, sharedFeed(stateAt(5))));
    for (const doubtful of [one, two]) doubtful?.failed([unit('a', 'insert', 1)]);
    expect(one?.versionOf('a')).not.toBe(two?.versionOf('a'));
  });

  it('is that of the position again once it has the next one', () => {
    const [one, two] = upTo(2).map(() => new Changes(schema, sharedFeed(stateAt(5))));
    one?.failed([unit('a', 'insert', 1)]);
    for (const observer of [one, two]) observer?.observe(stateAt(6, { a: 6 }));
    expect(one?.versionOf('a')).toBe(two?.versionOf('a'));
  });

  it('cannot be known where the file cannot be asked', () => {
    const version = (): never => {
      throw new Error('closed');
    };
    expect(() => new Changes({ hasTriggers: false, version }).versionOf('a')).toThrow('closed');
  });
});

describe('Versions of a database that others write to', () => {
  it('are current without asking where there are no others', () => {
    const feed = { ...sharedFeed(stateAt(1)), isShared: false };
    expect(new Changes(undefined, feed).refresh()).toBeUndefined();
  });

  it('are read once for all who ask before the read begins', async () => {
    const feed = sharedFeed(stateAt(1, { a: 1 }));
    const changes = new Changes(undefined, feed);
    const before = changes.versionOf('a');
    let end: (state: FeedState) => void = () => undefined;
    feed.read.mockImplementation(() => new Promise((resolve) => (end = resolve)));
    const ask = (): Promise<void> => Promise.resolve(changes.refresh());
    const first = [ask(), ask()];
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    expect(feed.read).toHaveBeenCalledTimes(1);
    const later = [ask(), ask()];
    end(stateAt(1, { a: 1 }));
    await Promise.all(first);
    expect(changes.versionOf('a')).toBe(before);
    await new Promise(setImmediate);
    expect(feed.read).toHaveBeenCalledTimes(2);
    end(stateAt(2, { a: 2 }));
    await Promise.all(later);
    expect(changes.versionOf('a')).not.toBe(before);
  });

  it('cannot be made current where the database cannot be read, until it can', async () => {
    const feed = sharedFeed(stateAt(1));
    const changes = new Changes(undefined, feed);
    feed.read.mockRejectedValueOnce(new Error('away'));
    const outcomes = await Promise.allSettled([changes.refresh(), changes.refresh()]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await expect(changes.refresh()).resolves.toBeUndefined();
  });

  it('are not taken back by what was read before a later change', () => {
    const changes = new Changes(undefined, sharedFeed(stateAt(1)));
    commit(changes, 3, unit('a', 'insert', 1));
    const version = changes.versionOf('a');
    changes.observe(stateAt(2, { a: 2 }));
    expect(changes.versionOf('a')).toBe(version);
  });
});

describe('Who listens to changes', () => {
  let changes: Changes;
  let heard: Change[][];
  const listen = (to: Changes): void => {
    changes = to;
    heard = [];
    changes.subscribe((some) => heard.push([...some]));
  };
  beforeEach(() => {
    listen(new Changes());
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });

  it('hears one change for each topic and kind, once a group, with its position', () => {
    commit(
      changes,
      7,
      unit('a', 'insert', 1),
      unit('b', 'delete', 'key'),
      unit('a', 'update', 1),
      unit('a', 'insert', 2, 3),
      unit('a', 'insert', 2),
    );
    expect(heard).toEqual([
      [
        { topic: 'a', kind: 'insert', ids: [1, 2, 3], isComplete: true, position: 7 },
        { topic: 'b', kind: 'delete', ids: ['key'], isComplete: true, position: 7 },
        { topic: 'a', kind: 'update', ids: [1], isComplete: true, position: 7 },
      ],
    ]);
  });

  it('hears nothing of what changed nothing', () => {
    commit(changes, 1, unit('a', 'delete'));
    expect(heard).toEqual([]);
    commit(changes, 1, unit('a', 'delete'), unit('a', 'insert', 1));
    expect(heard).toMatchObject([[{ kind: 'insert' }]]);
  });

  it('hears of at most 1000 ids in a change', () => {
    commit(changes, 1, unit('a', 'insert', ...upTo(600)), unit('a', 'insert', ...upTo(1000)));
    commit(changes, 2, unit('a', 'insert', ...upTo(700)), unit('a', 'insert', ...upTo(1001)));
    expect(heard.map((all) => all.map(({ ids, isComplete }) => [ids.length, isComplete]))).toEqual([
      [[1000, true]],
      [
        [1000, true],
        [1, true],
      ],
    ]);
    expect(heard[1]?.[0]?.ids.at(-1)).toBe(999);
  });

  it('hears that nothing more is known than the topic, or not even that', () => {
    commit(changes, 1, { subject: unknownSubject('a') });
    changes.failed([unit('b', 'insert', 1)]);
    changes.failedToRecord();
    const unknown = { kind: 'unknown', ids: [], isComplete: false };
    expect(heard).toMatchObject(['a', 'b', ANY_TOPIC].map((topic) => [{ topic, ...unknown, position: 1 }]));
  });

  it('hears that anything may have changed where there are triggers', () => {
    listen(new Changes({ hasTriggers: true, version: () => 0 }));
    commit(changes, 1, unit('a', 'insert', 1));
    commit(changes, 2, unit('a', 'insert'));
    expect(heard.flat().map(({ topic, kind }) => [topic, kind])).toEqual([
      [ANY_TOPIC, 'unknown'],
      ['a', 'insert'],
    ]);
  });

  it('hears of another program with the next group; where that fails, with the one after it too', () => {
    const topicsToRecord = (): string[] =>
      changes.toRecord([unit('a', 'insert', 1)]).map(({ topic }) => topic);
    const asked = jest.fn();
    changes.onUnknown = asked;
    changes.noteUnknown();
    expect(asked).toHaveBeenCalledTimes(1);
    expect(topicsToRecord()).toEqual([ANY_TOPIC, 'a']);
    changes.failed([unit('a', 'insert', 1)]);
    expect(topicsToRecord()).toEqual([ANY_TOPIC, 'a']);
    changes.committed(1, [change(1)]);
    expect(topicsToRecord()).toEqual(['a']);
  });

  it('hears of others once each, in order, and of its own process not again', () => {
    listen(new Changes(undefined, sharedFeed(stateAt(10))));
    commit(changes, 12, unit('a', 'insert', 12));
    changes.observe(stateAt(13), [change(11), change(12), change(13)]);
    changes.observe(stateAt(14), [change(13), change(14)]);
    expect(heard.map((some) => some.map(({ position }) => position))).toEqual([[12], [11, 13], [14]]);
    expect(changes.observedPosition).toBe(14);
  });

  it('hears that anything may have changed where changes of others are no longer kept, or under another identity', () => {
    listen(new Changes(undefined, sharedFeed(stateAt(10))));
    changes.observe(stateAt(21), [change(21)]);
    changes.observe(stateAt(3, {}, 'y'));
    changes.observe(stateAt(4, {}, 'y'), [change(4)]);
    expect(heard.flat().map(({ topic, position }) => [topic, position])).toEqual([
      [ANY_TOPIC, 20],
      ['a', 21],
      [ANY_TOPIC, 3],
      ['a', 4],
    ]);
  });

  it('hears that anything may have changed where the server has lost what was committed, and the feed is renewed', async () => {
    const warn = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
    const changes = new Changes(undefined, sharedFeed(stateAt(10)));
    listen(changes);
    changes.onLoss = jest.fn(() => Promise.resolve());
    const { known } = changes;
    const before = changes.versionOf('a');
    changes.observe(stateAt(11), [change(11)], known);
    // It was read before the change and arrived after it.
    changes.observe(stateAt(10), [], known);
    expect(changes.onLoss).not.toHaveBeenCalled();
    changes.observe(stateAt(10), [], changes.known);
    expect(changes.versionOf('a')).not.toBe(before);
    expect(heard.at(-1)).toMatchObject([{ topic: ANY_TOPIC, kind: 'unknown' }]);
    expect(changes.onLoss).toHaveBeenCalledTimes(1);
    await Promise.resolve();
    commit(changes, 11, unit('a', 'insert', 1));
    expect(changes.onLoss).toHaveBeenCalledTimes(2);
    expect(warn).toHaveBeenCalledTimes(2);
  });

  it('hears nothing any more once the subscription has ended', () => {
    const listener = jest.fn();
    const ends = [changes.subscribe(listener), changes.subscribe(listener)];
    commit(changes, 1, unit('a', 'insert', 1));
    expect(listener).toHaveBeenCalledTimes(2);
    ends[0]?.();
    ends[0]?.();
    commit(changes, 2, unit('a', 'insert', 2));
    expect(listener).toHaveBeenCalledTimes(3);
  });

  it('harms neither the writer nor others by throwing, which is logged', () => {
    const error = jest.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
    changes.subscribe(() => {
      throw new Error('of the listener');
    });
    const others = jest.fn();
    changes.subscribe(others);
    commit(changes, 1, unit('a', 'insert', 1));
    expect(others).toHaveBeenCalledTimes(1);
    expect(error).toHaveBeenCalledTimes(1);
  });

  it('hears that anything of the topic may have changed where a write does not tell', () => {
    const error = jest.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
    const ids = (): never => {
      throw new Error('of the ids');
    };
    commit(changes, 1, { subject: { topic: 'a', kind: 'insert', ids } });
    expect(error).toHaveBeenCalledTimes(1);
    expect(heard).toMatchObject([[{ topic: 'a', kind: 'unknown' }]]);
  });
});
