import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { Changes, ANY_TOPIC, unknownSubject, type Change, type Subject } from './changes.js';

type Unit = Parameters<Changes['committed']>[0][number];

const unit = (topic: string, kind: Subject['kind'], ...ids: (string | number)[]): Unit => ({
  subject: { topic, kind, ids: () => ids },
});
const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

describe('The version of a topic', () => {
  const schema = { number: 0, hasTriggers: false, version: () => schema.number };
  let changes: Changes;
  beforeEach(() => {
    Object.assign(schema, { number: 0, hasTriggers: false });
    changes = new Changes(schema);
  });

  /** Which of two topics have another version after a piece of work. */
  function changedBy(work: () => unknown): string[] {
    const topics = ['a', 'b'];
    const before = topics.map((topic) => changes.versionOf(topic));
    work();
    return topics.filter((topic, index) => changes.versionOf(topic) !== before[index]);
  }
  const committed = (one: Unit) => (): void => {
    changes.committed([one]);
  };

  it('changes with what is written about it, or about anything', () => {
    expect(changedBy(committed(unit('a', 'insert', 1)))).toEqual(['a']);
    expect(changedBy(committed({ subject: unknownSubject('b') }))).toEqual(['b']);
    expect(changedBy(committed({ subject: unknownSubject() }))).toEqual(['a', 'b']);
  });

  it('changes also where a write may have failed after the fact', () => {
    const failed = (): void => {
      changes.failed([unit('a', 'insert', 1)]);
    };
    expect(changedBy(failed)).toEqual(['a']);
  });

  it('changes with any write where there are triggers, and with one of another program', () => {
    schema.hasTriggers = true;
    expect(changedBy(committed(unit('a', 'insert', 1)))).toEqual(['a', 'b']);
    expect(changedBy(() => schema.number++)).toEqual(['a', 'b']);
  });

  it('is another in each process', () => {
    expect(new Changes(schema).versionOf('a')).not.toBe(changes.versionOf('a'));
  });

  it('cannot be known where the file cannot be asked', () => {
    const version = (): never => {
      throw new Error('closed');
    };
    expect(() => new Changes({ hasTriggers: false, version }).versionOf('a')).toThrow('closed');
  });
});

describe('Who listens to changes', () => {
  let changes: Changes;
  let heard: Change[][];
  beforeEach(() => {
    changes = new Changes();
    heard = [];
    changes.subscribe((some) => heard.push([...some]));
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });

  it('hears one change for each topic and kind, once a group, with the version that holds then', () => {
    changes.committed([
      unit('a', 'insert', 1),
      unit('b', 'delete', 'key'),
      unit('a', 'update', 1),
      unit('a', 'insert', 2, 3),
      unit('a', 'insert', 2),
    ]);
    const [version, other] = [changes.versionOf('a'), changes.versionOf('b')];
    expect(heard).toEqual([
      [
        { topic: 'a', kind: 'insert', ids: [1, 2, 3], isComplete: true, version },
        { topic: 'b', kind: 'delete', ids: ['key'], isComplete: true, version: other },
        { topic: 'a', kind: 'update', ids: [1], isComplete: true, version },
      ],
    ]);
  });

  it('hears nothing of what changed nothing', () => {
    changes.committed([unit('a', 'delete')]);
    expect(heard).toEqual([]);
    changes.committed([unit('a', 'delete'), unit('a', 'insert', 1)]);
    expect(heard).toMatchObject([[{ kind: 'insert' }]]);
  });

  it('hears of at most 1000 ids, and that they are not all', () => {
    changes.committed([unit('a', 'insert', ...upTo(600)), unit('a', 'insert', ...upTo(1000))]);
    changes.committed([unit('a', 'insert', ...upTo(700)), unit('a', 'insert', ...upTo(1001))]);
    expect(heard.map(([change]) => [change?.ids.length, change?.isComplete])).toEqual([
      [1000, true],
      [1000, false],
    ]);
    expect(heard[1]?.[0]?.ids.at(-1)).toBe(999);
  });

  it('hears that nothing more is known than the topic, or not even that', () => {
    const schema = { hasTriggers: false, version: () => 0, onForeignWrite: (): void => undefined };
    changes = new Changes(schema);
    changes.subscribe((some) => heard.push([...some]));
    changes.committed([{ subject: unknownSubject('a') }]);
    changes.failed([unit('b', 'insert', 1)]);
    schema.onForeignWrite();
    const unknown = { kind: 'unknown', ids: [], isComplete: false };
    expect(heard).toMatchObject(['a', 'b', ANY_TOPIC].map((topic) => [{ topic, ...unknown }]));
  });

  it('hears that anything may have changed where there are triggers', () => {
    changes = new Changes({ hasTriggers: true, version: () => 0 });
    changes.subscribe((some) => heard.push([...some]));
    changes.committed([unit('a', 'insert', 1)]);
    expect(heard.flat().map(({ topic, kind }) => [topic, kind])).toEqual([
      ['a', 'insert'],
      [ANY_TOPIC, 'unknown'],
    ]);
  });

  it('hears nothing any more once the subscription has ended', () => {
    const listener = jest.fn();
    const ends = [changes.subscribe(listener), changes.subscribe(listener)];
    changes.committed([unit('a', 'insert', 1)]);
    expect(listener).toHaveBeenCalledTimes(2);
    ends[0]?.();
    ends[0]?.();
    changes.committed([unit('a', 'insert', 2)]);
    expect(listener).toHaveBeenCalledTimes(3);
  });

  it('harms neither the writer nor others by throwing, which is logged', () => {
    const error = jest.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
    changes.subscribe(() => {
      throw new Error('of the listener');
    });
    const others = jest.fn();
    changes.subscribe(others);
    changes.committed([unit('a', 'insert', 1)]);
    expect(others).toHaveBeenCalledTimes(1);
    expect(error).toHaveBeenCalledTimes(1);
    const ids = (): never => {
      throw new Error('of the ids');
    };
    changes.committed([{ subject: { topic: 'a', kind: 'insert', ids } }]);
    expect(error).toHaveBeenCalledTimes(2);
    expect(others).toHaveBeenCalledTimes(1);
  });
});

describe('Where nobody listens', () => {
  it('no id is asked for', () => {
    const changes = new Changes();
    const ids = jest.fn(() => []);
    changes.committed([{ subject: { topic: 'a', kind: 'insert', ids } }]);
    const end = changes.subscribe(() => undefined);
    end();
    changes.committed([{ subject: { topic: 'a', kind: 'insert', ids } }]);
    expect(ids).not.toHaveBeenCalled();
  });
});
