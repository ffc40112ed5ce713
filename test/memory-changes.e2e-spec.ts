import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { filter, firstValueFrom, map, take, toArray, type Observable } from 'rxjs';
import { Database } from '../src/database/index.js';
import { EventsTextService } from '../src/events/index.js';
import {
  ConversationsService,
  EventsService,
  MemoryChanges,
  PreferencesService,
  SnapshotsService,
  type ChangesOptions,
  type MemoryChange,
} from '../src/index.js';
import { aMessage, anEvent, aSnapshot } from './factories/index.js';
import { isOnPostgres } from './support/engine.js';
import { until } from './support/instances.js';
import { startService, type TestService } from './support/service.js';

describe('The changes in the same process', () => {
  let service: TestService;
  let changes: MemoryChanges;
  let events: EventsService;
  let conversations: ConversationsService;
  let snapshots: SnapshotsService;
  let preferences: PreferencesService;

  beforeAll(async () => {
    service = await startService();
    const get = <T>(type: new (...values: never[]) => T): T => service.app.get(type, { strict: false });
    changes = get(MemoryChanges);
    events = get(EventsService as never);
    conversations = get(ConversationsService as never);
    snapshots = get(SnapshotsService as never);
    preferences = get(PreferencesService as never);
  });
  afterAll(() => service.destroy());
  // What other tests wrote is told by now.
  beforeEach(async () => {
    await preferences.setPreference('begin', 'x');
    await first(changes.changes(), preferences.setPreference('begin', 'y'));
  });

  /** The first change after some work. */
  async function first(all: Observable<MemoryChange>, work: Promise<unknown>): Promise<MemoryChange> {
    const [change] = await Promise.all([firstValueFrom(all), work]);
    return change;
  }

  /** Follows until there are so many. */
  function follow(count: number, options?: ChangesOptions): Promise<MemoryChange[]> {
    return firstValueFrom(changes.changes(options).pipe(take(count), toArray()));
  }

  it('are what was written, as the services return it, in order', async () => {
    const told = follow(8);
    const event = await events.saveEvent(anEvent({ details: { a: [1, { b: null }] } }));
    const resolved = await events.resolveEvent(event.id);
    const message = await conversations.saveMessage(aMessage({ toolCalls: [{ name: 'x' }] }));
    await conversations.deleteSession('chat-1');
    const snapshot = await snapshots.saveSnapshot(aSnapshot());
    const preference = await preferences.setPreference('a', 1.5);
    await preferences.deletePreference('a');
    const two = await events.saveEvents({ events: [anEvent()] });
    const all = await told;
    const gone = { id: message.id, gone: true };
    expect(all.map(({ type, data }) => [type, data])).toEqual([
      // The row as it is when it is told: it may be resolved by then.
      ['event.saved', expect.objectContaining({ id: event.id, details: event.details })],
      ['event.resolved', resolved],
      ['message.saved', expect.anything()],
      ['session.deleted', { sessionId: 'chat-1' }],
      ['snapshot.saved', snapshot],
      ['preference.changed', expect.anything()],
      ['preference.deleted', { key: 'a' }],
      ['event.saved', two[0]],
    ]);
    const [[, said], [, set]] = [
      [2, all[2]!.data],
      [5, all[5]!.data],
    ];
    expect([message, gone]).toContainEqual(said);
    expect([preference, { id: 'a', gone: true }]).toContainEqual(set);
    const again = await follow(8, { after: all[0]!.id.replace(/\d+\.\d+$/, (place) => before(place)) });
    expect(again.map(({ id, type }) => [id, type])).toEqual(all.map(({ id, type }) => [id, type]));
    expect([again[2]!.data, again[5]!.data]).toEqual([gone, { id: 'a', gone: true }]);
  });

  it('are told as the rows are by then, also to who comes a moment after others', async () => {
    const start = await first(changes.changes(), preferences.setPreference('start', 1));
    const told = follow(1, { types: ['message.saved'] });
    const message = await conversations.saveMessage(aMessage({ sessionId: 'short' }));
    expect((await told)[0]!.data).toEqual(message);
    await conversations.deleteSession('short');
    const again = await follow(2, { after: start.id });
    expect(again.map(({ type, data }) => [type, data])).toEqual([
      ['message.saved', { id: message.id, gone: true }],
      ['session.deleted', { sessionId: 'short' }],
    ]);
  });

  /** The place before the first change of a position. */
  const before = (place: string): string => `${place.split('.')[0]!}.0`;

  it('go on after any of them, also within a group, with nothing twice and nothing left out', async () => {
    const told = follow(6);
    await events.saveEvents({ events: [anEvent(), anEvent(), anEvent()] });
    await events.saveEvents({ events: [anEvent(), anEvent(), anEvent()] });
    const all = await told;
    for (const [index, { id }] of all.slice(0, -1).entries()) {
      expect(await follow(5 - index, { after: id })).toEqual(all.slice(index + 1));
    }
  });

  it('have one number each, whatever is wanted of them', async () => {
    const told = follow(2);
    const database = service.app.get(Database);
    await Promise.all([preferences.setPreference('b', 1), events.saveEvent(anEvent())]);
    const all = await told;
    const [event] = all.filter(({ type }) => type === 'event.saved');
    const start = all[0]!.id.replace(/\d+\.\d+$/, (place) => before(place));
    expect(await follow(1, { after: start, types: ['event.saved'] })).toEqual([event]);
    expect(database.changes.known.position).toBeGreaterThan(0);
  });

  it('can be chosen by topic, type and the filters of the lists', async () => {
    const heard: [string, MemoryChange][] = [];
    const listen = (name: string, options: ChangesOptions) =>
      changes.changes(options).subscribe((change) => heard.push([name, change]));
    const subscriptions = [
      listen('topic', { filter: { topic: ['preferences'] } }),
      listen('type', { types: ['event.resolved'] }),
      listen('node', { filter: { node: ['pve9'] } }),
      listen('severity', { filter: { minSeverity: 'error', topic: ['events', 'conversations'] } }),
      listen('open', { filter: { resolved: true, topic: ['events'] } }),
      listen('session', { filter: { sessionId: 'chat-9' } }),
      listen('span', { filter: { since: '2020-01-01T00:00:00.000Z', until: '2021-01-01T00:00:00.000Z' } }),
      listen('nothing', { filter: { sessionId: 'chat-9', node: ['pve9'] } }),
      listen('end', { filter: { topic: ['snapshots'] } }),
    ];
    const { id } = await events.saveEvent(anEvent({ node: 'pve9', severity: 'critical' }));
    await events.saveEvent(anEvent({ timestamp: '2020-06-01T00:00:00.000Z' }));
    await conversations.saveMessage(aMessage({ sessionId: 'chat-9' }));
    await conversations.saveMessage(aMessage({ sessionId: 'chat-8', timestamp: '2020-06-01T00:00:00.000Z' }));
    await conversations.deleteSession('chat-9');
    await conversations.deleteSession('chat-8');
    await preferences.setPreference('c', true);
    await events.resolveEvent(id);
    await snapshots.saveSnapshot(aSnapshot());
    const told = (name: string): string[] => heard.flatMap(([by, { type }]) => (by === name ? [type] : []));
    // Each goes on by itself.
    await until(
      () =>
        ['topic', 'type', 'end', 'span'].every((name) => told(name).length > 0) &&
        ['node', 'severity'].every((name) => told(name).length > 1) &&
        told('open').at(-1) === 'event.resolved' &&
        told('session').at(-1) === 'session.deleted',
    );
    expect(told('topic')).toEqual(['preference.changed']);
    expect(told('type')).toEqual(['event.resolved']);
    expect(told('node')).toEqual(['event.saved', 'event.resolved']);
    expect(told('severity')).toEqual(['event.saved', 'event.resolved']);
    expect(told('open').at(-1)).toBe('event.resolved');
    expect(told('session').at(-1)).toBe('session.deleted');
    expect(told('session')).not.toContain('event.saved');
    expect(told('span')).toContain('event.saved');
    expect(told('nothing')).toEqual([]);
    expect(told('end')).toEqual(['snapshot.saved']);
    for (const subscription of subscriptions) subscription.unsubscribe();
  });

  it('are of a group of thousands as well', async () => {
    const told = follow(3000);
    const batch = Array.from({ length: 1000 }, (_, index) => anEvent({ summary: `one of many ${index}` }));
    await Promise.all([1, 2, 3].map(() => events.saveEvents({ events: batch })));
    const all = await told;
    const ids = all.map(({ data }) => (data as { id: number }).id);
    expect(new Set(ids).size).toBe(3000);
    expect(all.every(({ type }) => type === 'event.saved')).toBe(true);
    const middle = all[1499]!;
    expect(await follow(3, { after: middle.id })).toEqual(all.slice(1500, 1503));
  });

  it('are told of rows that are too large for one read', async () => {
    const told = follow(6);
    const content = 'x'.repeat(200_000);
    await Promise.all(
      [1, 2, 3, 4, 5, 6].map((n) => conversations.saveMessage(aMessage({ content: `${content}${n}` }))),
    );
    const all = await told;
    expect(all.map(({ data }) => (data as { content: string }).content.length)).toEqual(
      Array(6).fill(200_001),
    );
  });

  it.each([
    ['of another database', () => `${'0'.repeat(32)}.1.0`, 'other_identity'],
    ['in the future', (identity: string) => `${identity}.99999999.1`, 'in_future'],
  ])('begin with a resync after a place %s, and then go on', async (_, place, reason) => {
    const { identity } = service.app.get(Database).changes.known;
    const told = follow(2, { after: place(identity) });
    // The resync has a place of its own, after which nothing is lost.
    const [resync] = await follow(1, { after: place(identity) });
    const { id } = await events.saveEvent(anEvent());
    expect((await told)[0]).toMatchObject({ type: 'resync', data: { reason } });
    expect((await told)[1]).toMatchObject({ type: 'event.saved', data: { id } });
    expect((await follow(1, { after: resync!.id }))[0]).toMatchObject({ data: { id } });
  });

  it('begin with a resync after a place that is no longer kept', async () => {
    const [one] = await Promise.all([follow(1), events.saveEvent(anEvent())]);
    await events.saveEvent(anEvent());
    const database = service.app.get(Database);
    await database.write(
      (manager) => manager.query('DELETE FROM feed_changes'),
      { topic: 'events', kind: 'unknown', ids: () => [] },
      { takesPosition: true },
    );
    const [resync, unknown] = await follow(1, { after: one[0]!.id });
    expect(resync).toMatchObject({ type: 'resync', data: { reason: 'too_old' } });
    expect(unknown).toBeUndefined();
  });

  it('tell where anything may have changed', async () => {
    const told = follow(2);
    await service.app.get(Database).write(() => Promise.resolve());
    const { id } = await events.saveEvent(anEvent());
    const [resync, event] = await told;
    expect(resync).toMatchObject({ type: 'resync', data: { reason: 'unknown_changes' } });
    expect(event).toMatchObject({ data: { id } });
  });

  it('refuse what is no place', () => {
    for (const after of ['', 'x', 'x'.repeat(10_000), 'a.b.c', '1.99999999999999999.0']) {
      expect(() => changes.changes({ after })).toThrow(
        expect.objectContaining({ code: 'validation_failed' }),
      );
    }
  });

  it('are not spoiled by a listener that throws, nor by one that changes what it gets', async () => {
    const thrown = (): never => {
      throw new Error('a listener failed');
    };
    const subscriptions = [
      changes.changes().subscribe(thrown),
      changes.changes().pipe(filter(Boolean)).subscribe({ next: thrown }),
      changes.changes().pipe(map(thrown)).subscribe(),
      changes.changes().subscribe((change) => {
        (change.data as { summary?: string }).summary = 'spoiled';
      }),
    ];
    const told = follow(2);
    await events.saveEvent(anEvent());
    await events.saveEvent(anEvent());
    expect((await told).map(({ data }) => (data as { summary: string }).summary)).not.toContain('spoiled');
    await until(() => service.log.filter((line) => line.includes('a listener failed')).length >= 3);
    for (const subscription of subscriptions) subscription.unsubscribe();
  });

  it('are not read where nobody follows, and rows only where somebody wants them', async () => {
    const { feed } = service.app.get(Database).engine.serving!;
    const read = jest.spyOn(feed, 'changesAfter');
    const rows = jest.spyOn(service.app.get(EventsTextService, { strict: false }), 'getEvents');
    const readsByNobody = (): number => (isOnPostgres ? 0 : read.mock.calls.length);
    await events.saveEvent(anEvent());
    await sleep(150);
    expect(readsByNobody()).toBe(0);
    const told = follow(1, { filter: { topic: ['preferences'] } });
    await events.saveEvent(anEvent());
    await preferences.setPreference('d', 1);
    await told;
    expect(rows).not.toHaveBeenCalled();
    jest.restoreAllMocks();
  });

  it('end with the application', async () => {
    const other = await startService();
    const told = firstValueFrom(other.app.get(MemoryChanges, { strict: false }).changes().pipe(toArray()));
    await other.destroy();
    expect(await told).toEqual([]);
  });
});
