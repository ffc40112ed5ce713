import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  ConversationsService,
  EventsService,
  PreferencesService,
  ProblemError,
  SnapshotsService,
  type EventInput,
  type MessageInput,
} from '../src/index.js';
import { CreateMessageDto } from '../src/conversations/dto/conversation.request.js';
import { CreateEventDto, CreateEventsDto } from '../src/events/dto/event.request.js';
import { CreateSnapshotDto } from '../src/snapshots/dto/snapshot.request.js';
import {
  BAD_EVENTS,
  BAD_MESSAGES,
  BAD_PREFERENCES,
  BAD_SNAPSHOTS,
  type BadInput,
} from './factories/bad-input.js';
import { aMessage, anEvent, aSnapshot, AWKWARD_JSON } from './factories/index.js';
import { namedFields } from './factories/problem.js';
import { KEPT_TEXTS, REFUSED_TEXTS } from './factories/texts.js';
import { startService, type TestService } from './support/service.js';

/** An object that is no plain one. */
class Reading {
  readonly value = 1;
}

const ONE_FORM = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

describe('In the same process', () => {
  let service: TestService;
  let events: EventsService;
  let conversations: ConversationsService;
  let snapshots: SnapshotsService;
  let preferences: PreferencesService;

  beforeAll(async () => {
    service = await startService();
    events = service.app.get(EventsService, { strict: false });
    conversations = service.app.get(ConversationsService, { strict: false });
    snapshots = service.app.get(SnapshotsService, { strict: false });
    preferences = service.app.get(PreferencesService, { strict: false });
  });
  afterAll(() => service.destroy());

  /** Expects a rejection that names exactly these fields. */
  async function expectRefusal(call: Promise<unknown>, ...fields: string[]): Promise<void> {
    const problem: unknown = await call.then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(problem).toBeInstanceOf(ProblemError);
    expect(problem).toMatchObject({ code: 'validation_failed', status: 400 });
    expect(namedFields(problem)).toEqual(fields.sort());
  }

  describe('events', () => {
    const day = (number: number): string => `2020-01-0${number}T00:00:00.000Z`;
    const summaries = async (list: Promise<{ summary: string }[]>): Promise<string> =>
      (await list).map(({ summary }) => summary).join('');

    beforeAll(async () => {
      const rows = [
        anEvent({ summary: 'a', node: 'pve1', type: 'alert', timestamp: day(1) }),
        anEvent({ summary: 'b', node: 'pve2', type: 'action', timestamp: day(2) }),
        anEvent({ summary: 'c', node: 'pve1', type: 'action', timestamp: day(3) }),
        anEvent({ summary: 'd', type: 'metric', timestamp: day(4) }),
      ];
      for (const row of rows) await events.saveEvent(row);
    });

    it('are saved and returned as they are over HTTP', async () => {
      const event = await events.saveEvent(
        anEvent({
          details: { usedPercent: 91.4 },
          node: 'pve9',
          timestamp: new Date('2019-01-01T00:00:00Z'),
        }),
      );
      expect(event).toEqual({
        ...anEvent(),
        id: expect.any(Number),
        timestamp: '2019-01-01T00:00:00.000Z',
        severity: 'info',
        node: 'pve9',
        details: { usedPercent: 91.4 },
        resolved: false,
        resolvedAt: null,
        resolvedBy: null,
      });
      const { body } = await service.call('get', `/memory/events/${event.id}`).expect(200);
      expect(body.event).toEqual(event);
      expect(await events.getEvent(event.id)).toEqual(event);
    });

    it('that are recent come newest first, 50 unless told otherwise', async () => {
      const many = Array.from({ length: 60 }, () => anEvent({ summary: 'x', timestamp: '2018-01-01' }));
      await events.saveEvents({ events: many });
      expect(await summaries(events.getRecentEvents(4))).toBe('dcba');
      expect(await events.getRecentEvents()).toHaveLength(50);
      expect((await events.getRecentEvents(200)).length).toBeGreaterThan(60);
    });

    it('since a moment come newest first, that moment included, without bound', async () => {
      expect(await summaries(events.getEventsSince(day(3)))).toBe('dc');
      expect(await summaries(events.getEventsSince(new Date(day(2))))).toBe('dcb');
      expect(await summaries(events.getEventsSince('2020-01-04 00:00:00'))).toBe('d');
      expect(await summaries(events.getEventsSince('2020-01-04T00:00:00.001Z'))).toBe('');
      await events.saveEvents({
        events: Array.from({ length: 250 }, () => anEvent({ timestamp: '2017-01-01' })),
      });
      expect((await events.getEventsSince('2017-01-01')).length).toBeGreaterThan(250);
    });

    it('of a node, and of a type, come newest first, 20 unless told otherwise', async () => {
      expect(await summaries(events.getEventsByNode('pve1'))).toBe('ca');
      expect(await summaries(events.getEventsByNode('pve1', 1))).toBe('c');
      expect(await events.getEventsByNode('nowhere')).toEqual([]);
      expect(await summaries(events.getEventsByType('action'))).toBe('cb');
      expect(await summaries(events.getEventsByType('action', 1))).toBe('c');
      const many = Array.from({ length: 25 }, () =>
        anEvent({ node: 'pve5', type: 'status', timestamp: '2016-01-01' }),
      );
      await events.saveEvents({ events: many });
      expect(await events.getEventsByNode('pve5')).toHaveLength(20);
      expect(await events.getEventsByNode('pve5', 200)).toHaveLength(25);
      expect(await events.getEventsByType('status')).toHaveLength(20);
    });

    it('are unresolved until they are resolved, once', async () => {
      const { id } = await events.saveEvent(anEvent({ timestamp: '2015-01-01' }));
      const isListed = async (): Promise<boolean> =>
        (await events.getUnresolved()).some((event) => event.id === id);
      expect(await isListed()).toBe(true);
      const resolved = await events.resolveEvent(id, 'jarvis');
      expect(resolved).toMatchObject({
        id,
        resolved: true,
        resolvedAt: expect.stringMatching(ONE_FORM),
        resolvedBy: 'jarvis',
      });
      expect(await isListed()).toBe(false);
      expect(await events.resolveEvent(id, 'user')).toEqual(resolved);
    });

    it('are resolved by the user unless said otherwise', async () => {
      const { id } = await events.saveEvent(anEvent({ timestamp: '2015-01-02' }));
      expect(await events.resolveEvent(id)).toMatchObject({ resolvedBy: 'user' });
    });

    it('that are unresolved come without bound, newest first', async () => {
      const unresolved = await events.getUnresolved();
      expect(unresolved.length).toBeGreaterThan(250);
      const moments = unresolved.map(({ timestamp }) => timestamp);
      expect(moments).toEqual([...moments].sort().reverse());
    });

    it('around one are those of its node, or of any where it has none', async () => {
      const at = (minute: number): string => `2012-01-01T00:0${minute}:00.000Z`;
      const saved = await events.saveEvents({
        events: ['pve8', null, 'pve8', 'pve9', 'pve8'].map((node, minute) =>
          anEvent({ timestamp: at(minute), ...(node !== null && { node }) }),
        ),
      });
      const around = async (index: number): Promise<number[]> =>
        (await events.getEventsAround(saved[index]!, 1)).map(({ id }) => id);
      expect(await around(2)).toEqual([saved[0]!.id, saved[4]!.id]);
      expect(await around(1)).toEqual([saved[0]!.id, saved[2]!.id]);
    });

    it('that are not there are null', async () => {
      expect(await events.getEvent(999_999_999)).toBeNull();
      expect(await events.resolveEvent(999_999_999, 'user')).toBeNull();
    });

    it('in a batch are saved together or not at all', async () => {
      const node = 'batch-in-process';
      const wrong = {
        events: [anEvent({ node }), { ...anEvent({ node }), type: 'alarm' } as unknown as EventInput],
      };
      await expectRefusal(events.saveEvents(wrong), 'events.1.type');
      expect(await events.getEventsByNode(node)).toEqual([]);
    });

    it('can be listed in pages, as over HTTP', async () => {
      const first = await events.findEvents({ node: ['pve5'], limit: 20 });
      const second = await events.findEvents({ node: ['pve5'], limit: 20, cursor: first.nextCursor! });
      expect([first.items.length, second.items.length, second.nextCursor]).toEqual([20, 5, null]);
      const { body } = await service.call('get', '/memory/events?node=pve5&limit=20').expect(200);
      expect(body).toEqual({ events: first.items, nextCursor: first.nextCursor });
      const unresolved = await events.findUnresolved({ node: ['pve5'], limit: 20 });
      expect(unresolved.items).toEqual(first.items);
    });

    it.each<[string, (door: EventsService) => Promise<unknown>, string]>([
      ['a limit of 0', (door) => door.getRecentEvents(0), 'limit'],
      ['a limit of -1', (door) => door.getRecentEvents(-1), 'limit'],
      ['a limit of 201', (door) => door.getRecentEvents(201), 'limit'],
      ['a limit of 1.5', (door) => door.getEventsByNode('pve1', 1.5), 'limit'],
      ['a limit of NaN', (door) => door.getEventsByType('alert', NaN), 'limit'],
      ['an empty node', (door) => door.getEventsByNode(''), 'node'],
      ['no node', (door) => door.getEventsByNode(undefined as never), 'node'],
      ['another type', (door) => door.getEventsByType('alarm' as never), 'type'],
      ['no type', (door) => door.getEventsByType(undefined as never), 'type'],
      ['a since that is no moment', (door) => door.getEventsSince('yesterday'), 'since'],
      ['a since that is no valid Date', (door) => door.getEventsSince(new Date(NaN)), 'since'],
      ['a since of null', (door) => door.getEventsSince(null as never), 'since'],
      ['no since', (door) => door.getEventsSince(undefined as never), 'since'],
      ['the id 0', (door) => door.getEvent(0), 'id'],
      ['the id 2^53', (door) => door.getEvent(2 ** 53), 'id'],
      ['the id 1.5', (door) => door.resolveEvent(1.5, 'user'), 'id'],
      ['no id', (door) => door.resolveEvent(undefined as never, 'user'), 'id'],
      ['another resolver', (door) => door.resolveEvent(1, 'system' as never), 'resolvedBy'],
      ['an unknown filter', (door) => door.findEvents({ nonsense: 1 } as object), 'nonsense'],
      ['a cursor of nobody', (door) => door.findEvents({ cursor: 'abc' }), 'cursor'],
      [
        'a timestamp that is no valid Date',
        (door) => door.saveEvent(anEvent({ timestamp: new Date(NaN) })),
        'timestamp',
      ],
    ])('refuse %s', (_, call, field) => expectRefusal(call(events), field));
  });

  describe('details', () => {
    async function detailsAfter(details: object | string): Promise<unknown> {
      const { id } = await events.saveEvent(anEvent({ details, timestamp: '2014-01-01' }));
      return (await events.getEvent(id))?.details;
    }

    it('come back as JSON, with Dates as their text and without what is undefined', async () => {
      const at = new Date('2026-11-22T20:15:00.123Z');
      expect(await detailsAfter({ at, left: undefined, kept: [null] })).toEqual({
        at: '2026-11-22T20:15:00.123Z',
        kept: [null],
      });
    });

    it('keep keys that mean something to JavaScript', async () => {
      expect(JSON.stringify(await detailsAfter(JSON.parse(AWKWARD_JSON) as object))).toBe(AWKWARD_JSON);
      expect(JSON.stringify(await detailsAfter(AWKWARD_JSON))).toBe(AWKWARD_JSON);
    });

    it('are a copy: what the caller does with his object afterwards changes nothing', async () => {
      const details = { list: [1] };
      const event = await events.saveEvent(anEvent({ details, timestamp: '2014-01-02' }));
      details.list.push(2);
      expect(event.details).toEqual({ list: [1] });
    });

    const circle: Record<string, unknown> = {};
    circle['self'] = circle;

    it.each<[string, object | string]>([
      ['a circle', circle],
      ['a function', { f: () => 1 }],
      ['a BigInt', { big: 1n }],
      ['a Map', { map: new Map() }],
      ['a Map as a whole', new Map()],
      ['a Date as a whole', new Date()],
      ['NaN', { n: NaN }],
      ['Infinity', [Infinity]],
      ['undefined in an array', [undefined]],
      ['an instance of a class', new Reading()],
      ['an object that turns into a text', { toJSON: () => 'text' }],
    ])('are refused when they hold %s', (_, details) =>
      expectRefusal(events.saveEvent(anEvent({ details })), 'details'),
    );
  });

  describe('conversations', () => {
    it('are saved and returned as they are over HTTP, oldest message first', async () => {
      const second = await conversations.saveMessage(
        aMessage({ content: 'b', timestamp: new Date('2020-01-02') }),
      );
      const first = await conversations.saveMessage(aMessage({ content: 'a', timestamp: '2020-01-01' }));
      expect(await conversations.getSessionMessages('chat-1')).toEqual([first, second]);
      const { body } = await service.call('get', '/memory/conversations/chat-1').expect(200);
      expect(body.messages).toEqual([first, second]);
    });

    it('have messages that are found by their ids', async () => {
      const message = await conversations.saveMessage(aMessage({ toolCalls: [{ name: 'node_status' }] }));
      expect(await conversations.getMessage(message.id)).toEqual(message);
      expect(await conversations.getMessage(999_999_999)).toBeNull();
      await expect(conversations.getMessage(0)).rejects.toMatchObject({ code: 'validation_failed' });
    });

    it('that are long are returned whole', async () => {
      for (let count = 0; count < 210; count++) {
        await conversations.saveMessage(aMessage({ sessionId: 'long', content: String(count) }));
      }
      const messages = await conversations.getSessionMessages('long');
      expect(messages.map(({ content }) => Number(content))).toEqual(messages.map((_, index) => index));
      expect(messages).toHaveLength(210);
    });

    it('that are not known have no messages', async () => {
      expect(await conversations.getSessionMessages('never-heard-of')).toEqual([]);
    });

    it('that are recent come by their last activity, 10 unless told otherwise', async () => {
      for (let count = 0; count < 12; count++) {
        const timestamp = `2098-01-${String(count + 10)}`;
        await conversations.saveMessage(aMessage({ sessionId: `recent-${count}`, timestamp }));
      }
      await conversations.saveMessage(
        aMessage({ sessionId: 'recent-3', timestamp: '2099-01-01', tokensUsed: 5 }),
      );
      const recent = await conversations.getRecentSessions();
      expect(recent).toHaveLength(10);
      expect(recent.slice(0, 3).map(({ sessionId }) => sessionId)).toEqual([
        'recent-3',
        'recent-11',
        'recent-10',
      ]);
      expect(recent[0]).toEqual({
        sessionId: 'recent-3',
        firstMessageAt: '2098-01-13T00:00:00.000Z',
        lastMessageAt: '2099-01-01T00:00:00.000Z',
        messageCount: 2,
        tokensUsed: 5,
        preview: aMessage().content,
        lastReply: null,
      });
      expect(await conversations.getRecentSessions(1)).toEqual([recent[0]]);
    });

    it('can be deleted, which says whether there was anything to delete', async () => {
      await conversations.saveMessage(aMessage({ sessionId: 'doomed' }));
      expect(await conversations.deleteSession('doomed')).toBe(true);
      expect(await conversations.deleteSession('doomed')).toBe(false);
      expect(await conversations.getSessionMessages('doomed')).toEqual([]);
    });

    it('come in pages, and a page of an unknown one rejects', async () => {
      const page = await conversations.findMessages('long', { limit: 2, order: 'desc' });
      expect(page.items.map(({ content }) => content)).toEqual(['209', '208']);
      await expect(conversations.findMessages('never-heard-of')).rejects.toMatchObject({ code: 'not_found' });
      expect((await conversations.findSessions({ since: '2099-01-01' })).items).toHaveLength(1);
    });

    it.each<[string, (door: ConversationsService) => Promise<unknown>, string]>([
      ['a limit of 0', (door) => door.getRecentSessions(0), 'limit'],
      ['a limit of 201', (door) => door.getRecentSessions(201), 'limit'],
      ['an empty session', (door) => door.getSessionMessages(''), 'sessionId'],
      ['no session', (door) => door.getSessionMessages(undefined as never), 'sessionId'],
      ['a session that is too long', (door) => door.getSessionMessages('x'.repeat(256)), 'sessionId'],
      ['a session with a NUL', (door) => door.deleteSession('a\0'), 'sessionId'],
      ['another order', (door) => door.findMessages('long', { order: 'up' as never }), 'order'],
      ['a Date as tool calls', (door) => door.saveMessage(aMessage({ toolCalls: new Date() })), 'toolCalls'],
    ])('refuse %s', (_, call, field) => expectRefusal(call(conversations), field));
  });

  describe('snapshots', () => {
    it('are null and nothing while there is none', async () => {
      expect(await snapshots.getLatestSnapshot()).toBeNull();
      expect(await snapshots.getSnapshotsSince('0001-01-01')).toEqual([]);
    });

    it('are saved and returned as they are over HTTP', async () => {
      const before = new Date().toISOString();
      const snapshot = await snapshots.saveSnapshot(aSnapshot());
      expect(snapshot).toEqual({
        id: expect.any(Number),
        timestamp: expect.stringMatching(ONE_FORM),
        snapshot: aSnapshot(),
      });
      expect(snapshot.timestamp >= before).toBe(true);
      expect(await snapshots.getLatestSnapshot()).toEqual(snapshot);
      expect(await snapshots.getSnapshot(snapshot.id)).toEqual(snapshot);
      const { body } = await service.call('get', '/memory/snapshots/latest').expect(200);
      expect(body.snapshot).toEqual(snapshot);
    });

    it('since a moment come newest first, that moment included', async () => {
      for (const day of [1, 3, 2]) await snapshots.saveSnapshot({ day }, new Date(Date.UTC(2090, 0, day)));
      const since = await snapshots.getSnapshotsSince('2090-01-02');
      expect(since.map(({ snapshot }) => snapshot)).toEqual([{ day: 3 }, { day: 2 }]);
      expect(await snapshots.getSnapshotsSince(new Date(Date.UTC(2091, 0)))).toEqual([]);
    });

    it('come in pages, with their size instead of their state when asked', async () => {
      const page = await snapshots.findSnapshots({ view: 'meta', limit: 1, since: '2090-01-01' });
      expect(page.items).toEqual([
        { id: expect.any(Number), timestamp: '2090-01-03T00:00:00.000Z', bytes: 9 },
      ]);
      expect(page.nextCursor).not.toBeNull();
    });

    it('that are not there are null', async () => {
      expect(await snapshots.getSnapshot(999_999_999)).toBeNull();
    });

    it.each<[string, (door: SnapshotsService) => Promise<unknown>, string]>([
      ['a list', (door) => door.saveSnapshot([aSnapshot()]), 'snapshot'],
      ['a Date', (door) => door.saveSnapshot(new Date()), 'snapshot'],
      ['a Map', (door) => door.saveSnapshot(new Map()), 'snapshot'],
      ['nothing', (door) => door.saveSnapshot(undefined as never), 'snapshot'],
      ['NaN', (door) => door.saveSnapshot({ cpu: NaN }), 'snapshot'],
      ['a moment that is none', (door) => door.saveSnapshot({}, 'yesterday'), 'timestamp'],
      ['a since that is no moment', (door) => door.getSnapshotsSince('yesterday'), 'since'],
      ['no since', (door) => door.getSnapshotsSince(undefined as never), 'since'],
      ['the id 0', (door) => door.getSnapshot(0), 'id'],
      ['a limit of 101', (door) => door.findSnapshots({ limit: 101 }), 'limit'],
    ])('refuse %s', (_, call, field) => expectRefusal(call(snapshots), field));
  });

  describe('preferences', () => {
    it('are null, and a list of none, until they are set', async () => {
      expect(await preferences.getPreference('ui.theme')).toBeNull();
      expect(await preferences.getAllPreferences()).toEqual([]);
    });

    it('are set, set again, read and listed as they are over HTTP', async () => {
      await preferences.setPreference('ui.theme', 'light');
      const theme = await preferences.setPreference('ui.theme', 'dark');
      expect(theme).toEqual({ key: 'ui.theme', value: 'dark', updatedAt: expect.stringMatching(ONE_FORM) });
      expect(await preferences.getPreference('ui.theme')).toEqual(theme);
      const alerts = await preferences.setPreference('alerts.enabled', true);
      expect(await preferences.getAllPreferences()).toEqual([alerts, theme]);
      const { body } = await service.call('get', '/memory/preferences').expect(200);
      expect(body.preferences).toEqual([alerts, theme]);
    });

    it.each([
      [42, '42'],
      [-0.5, '-0.5'],
      [false, 'false'],
      ['', ''],
    ])('turn %j into its text', async (value, text) => {
      expect(await preferences.setPreference('any', value)).toMatchObject({ value: text });
    });

    it('can be deleted, which says whether there was anything to delete', async () => {
      await preferences.setPreference('doomed', 'x');
      expect(await preferences.deletePreference('doomed')).toBe(true);
      expect(await preferences.deletePreference('doomed')).toBe(false);
      expect(await preferences.getPreference('doomed')).toBeNull();
    });

    it.each<[string, (door: PreferencesService) => Promise<unknown>, string]>([
      ['an empty key', (door) => door.setPreference('', 'x'), 'key'],
      ['a key that is too long', (door) => door.getPreference('x'.repeat(256)), 'key'],
      ['no key', (door) => door.deletePreference(undefined as never), 'key'],
      ['NaN', (door) => door.setPreference('k', NaN), 'value'],
      ['Infinity', (door) => door.setPreference('k', Infinity), 'value'],
      ['an object', (door) => door.setPreference('k', {} as never), 'value'],
      ['nothing', (door) => door.setPreference('k', undefined as never), 'value'],
    ])('refuse %s', (_, call, field) => expectRefusal(call(preferences), field));
  });

  describe('both doors say the same', () => {
    /** What a service throws and what the route answers for the same input. */
    async function expectSame(door: Promise<unknown>, route: Promise<{ body: unknown }>): Promise<void> {
      const thrown: unknown = await door.catch((error: unknown) => error);
      const { body } = await route;
      const { message, code, errors, status } = thrown as ProblemError;
      expect(body).toMatchObject({ detail: message, code, errors, status });
    }

    it.each(BAD_EVENTS)('of an event: %s', (_, sent) =>
      expectSame(
        events.saveEvent(sent as EventInput),
        service
          .call('post', '/memory/events')
          .send(sent as object)
          .expect(400),
      ),
    );

    it.each(BAD_MESSAGES)('of a message: %s', (_, sent) =>
      expectSame(
        conversations.saveMessage(sent as MessageInput),
        service
          .call('post', '/memory/conversations')
          .send(sent as object)
          .expect(400),
      ),
    );

    it.each(BAD_SNAPSHOTS.filter(takesOnly('snapshot', 'timestamp')))('of a snapshot: %s', (_, sent) => {
      const { snapshot, timestamp } = sent as { snapshot: object; timestamp: string };
      return expectSame(
        snapshots.saveSnapshot(snapshot, timestamp),
        service
          .call('post', '/memory/snapshots')
          .send(sent as object)
          .expect(400),
      );
    });

    it.each(BAD_PREFERENCES.filter(takesOnly('value')))('of a preference: %s', (_, sent) =>
      expectSame(
        preferences.setPreference('k', (sent as { value: string }).value),
        service
          .call('put', '/memory/preferences/k')
          .send(sent as object)
          .expect(400),
      ),
    );

    it.each(REFUSED_TEXTS)('of text with %s', async (_, text) => {
      await expectSame(
        events.saveEvent(anEvent({ summary: text })),
        service
          .call('post', '/memory/events')
          .send(anEvent({ summary: text }))
          .expect(400),
      );
      await expectRefusal(preferences.setPreference(text, 'x'), 'key');
      await expectRefusal(preferences.setPreference('k', text), 'value');
      await expectRefusal(conversations.saveMessage(aMessage({ sessionId: text })), 'sessionId');
    });

    it.each(KEPT_TEXTS)('of text with %s, which both keep', async (_, text) => {
      const saved = await events.saveEvent(anEvent({ summary: text, timestamp: '2013-01-01' }));
      const { body } = await service.call('get', `/memory/events/${saved.id}`).expect(200);
      expect(body.event).toEqual(saved);
      expect(saved.summary).toBe(text);
    });
  });

  it('takes instances of the request classes as well as plain objects', async () => {
    const event = Object.assign(new CreateEventDto(), anEvent({ summary: 'an instance' }));
    expect(await events.saveEvent(event)).toMatchObject({ ...anEvent(), summary: 'an instance' });
    const both = Object.assign(new CreateEventsDto(), { events: [event, anEvent()] });
    expect(await events.saveEvents(both)).toHaveLength(2);
    const message = Object.assign(new CreateMessageDto(), aMessage());
    expect(await conversations.saveMessage(message)).toMatchObject(aMessage());
    const snapshot = Object.assign(new CreateSnapshotDto(), { snapshot: aSnapshot() });
    expect((await snapshots.save(snapshot)).snapshot).toEqual(aSnapshot());
    await expectRefusal(events.saveEvent(Object.assign(event, { type: 'alrt', extra: 1 })), 'extra', 'type');
    await expectRefusal(conversations.saveMessage(new CreateMessageDto()), 'sessionId', 'role', 'content');
  });
});

/** Inputs that the arguments of a method can carry at all: those without other fields. */
function takesOnly(...names: string[]): (input: BadInput) => boolean {
  return ([, sent]) => Object.keys(sent as object).every((name) => names.includes(name));
}
