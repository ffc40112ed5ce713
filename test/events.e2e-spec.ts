import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AWKWARD_JSON, anEvent, nestedJson } from './factories/index.js';
import { expectProblem } from './factories/problem.js';
import { KEPT_TEXTS, REFUSED_TEXTS } from './factories/texts.js';
import { startService, type TestService } from './support/service.js';

const ONE_FORM = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

describe('Events over HTTP', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await startService();
  });
  afterAll(() => service.destroy());

  /** Saves one event and returns it as it was answered. */
  async function saved(parts: object = {}): Promise<Record<string, unknown>> {
    const { body } = await service
      .call('post', '/memory/events')
      .send({ ...anEvent(), ...parts })
      .expect(201);
    return body.event;
  }

  async function eventAt(id: unknown): Promise<Record<string, unknown>> {
    const { body } = await service.call('get', `/memory/events/${String(id)}`).expect(200);
    return body.event;
  }

  describe('saving one', () => {
    it('says where it is, and returns it as it was sent', async () => {
      const details = { z: 1, a: [1, { deep: null }], text: 'ünïcode 🚨', 'with space': true };
      const sent = anEvent({
        severity: 'critical',
        node: 'pve2',
        details,
        timestamp: '2026-11-22T21:15:00+01:00',
      });
      const { body, headers } = await service.call('post', '/memory/events').send(sent).expect(201);
      expect(body).toEqual({
        event: {
          ...sent,
          id: 1,
          timestamp: '2026-11-22T20:15:00.000Z',
          resolved: false,
          resolvedAt: null,
          resolvedBy: null,
        },
      });
      expect(headers['location']).toBe('/api/memory/events/1');
      const again = await service.call('get', '/memory/events/1').expect(200);
      expect(again.text).toBe(JSON.stringify(body));
    });

    it('fills in what was left out: severity info, now, no node, no details, not resolved', async () => {
      const before = new Date().toISOString();
      const event = await saved();
      expect(event).toEqual({
        ...anEvent(),
        id: expect.any(Number),
        timestamp: expect.stringMatching(ONE_FORM),
        severity: 'info',
        node: null,
        details: null,
        resolved: false,
        resolvedAt: null,
        resolvedBy: null,
      });
      expect(String(event['timestamp']) >= before).toBe(true);
      expect(String(event['timestamp']) <= new Date().toISOString()).toBe(true);
    });

    it('takes null for a node and for details that are not there', async () => {
      expect(await saved({ node: null, details: null })).toMatchObject({ node: null, details: null });
    });

    it('gives ids in order of arrival, whatever the timestamps', async () => {
      const first = await saved({ timestamp: '2030-01-01' });
      const second = await saved({ timestamp: '1999-01-01' });
      expect(Number(second['id'])).toBeGreaterThan(Number(first['id']));
    });

    it.each([
      ['2026-11-22', '2026-11-22T00:00:00.000Z'],
      ['2026-05-05T13:04:57.62281314Z', '2026-05-05T13:04:57.622Z'],
      ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z'],
      ['2026-11-22T20:15:00-0330', '2026-11-22T23:45:00.000Z'],
      ['2026-11-22 20:15:00', '2026-11-22T20:15:00.000Z'],
    ])('returns the timestamp %s in canonical form', async (timestamp, instant) => {
      const event = await saved({ timestamp });
      expect(event['timestamp']).toBe(instant);
      expect((await eventAt(event['id']))['timestamp']).toBe(instant);
    });

    it('takes a summary of 1000 characters, and of 1000 emoji', async () => {
      for (const summary of ['x'.repeat(1000), '🚨'.repeat(1000), '.']) {
        expect(await eventAt((await saved({ summary }))['id'])).toMatchObject({ summary });
      }
    });

    it.each(KEPT_TEXTS)('keeps %s in summary and node', async (_, text) => {
      const event = await saved({ summary: text, node: text });
      expect(event).toMatchObject({ summary: text, node: text });
      expect(await eventAt(event['id'])).toEqual(event);
      const query = new URLSearchParams({ node: text });
      const { body } = await service.call('get', `/memory/events?${query.toString()}`).expect(200);
      expect(body.events).toEqual([event]);
    });

    describe.each(['summary', 'node'])('with a %s', (field) => {
      it.each(REFUSED_TEXTS)('refuses %s', async (_, text) => {
        const sent = { ...anEvent(), [field]: text };
        const { body } = await service.call('post', '/memory/events').send(sent).expect(400);
        expectProblem(body, 'validation_failed', [field]);
      });
    });
  });

  describe('details', () => {
    /** Sends `details` as the JSON text that it is, since an object would be tidied up on the way. */
    async function sentAsText(details: string): Promise<string> {
      const { text, body } = await service
        .call('post', '/memory/events')
        .type('json')
        .send(`{"type":"status","source":"system","summary":"x","details":${details}}`)
        .expect(201);
      const read = await service.call('get', `/memory/events/${String(body.event.id)}`).expect(200);
      expect(read.text).toBe(text);
      return text;
    }

    it.each([
      ['an object', '{"mount":"/var/lib/vz","usedPercent":91.4}'],
      ['an empty object', '{}'],
      ['an array', '[1,"two",[3],{"four":4},null,false]'],
      ['an empty array', '[]'],
      ['an order of keys that sorting would change', '{"z":1,"a":2,"Z":3,"m":{"b":1,"a":2}}'],
      ['keys that mean something to JavaScript', AWKWARD_JSON],
      ['numbers at the edge of what a double holds', '[1.7976931348623157e+308,5e-324,9007199254740991,0.1]'],
      ['text that looks like JSON', '{"a":"{\\"b\\":1}","c":"[","d":"null"}'],
      ['exactly 64 levels', nestedJson(64)],
    ])('come back equal, to the character: %s', async (_, details) => {
      expect(await sentAsText(details)).toContain(`"details":${details},`);
    });

    it.each([
      ['an object', ' {"b": 1, "a": [2]} ', '{"b":1,"a":[2]}'],
      ['an array', '[]', '[]'],
      ['keys that mean something to JavaScript', AWKWARD_JSON, AWKWARD_JSON],
    ])('are parsed where they are a text of %s', async (_, text, details) => {
      expect(await sentAsText(JSON.stringify(text))).toContain(`"details":${details},`);
    });

    it('change no object of the service, whatever their keys', async () => {
      await sentAsText(AWKWARD_JSON);
      expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    });

    it.each([
      ['65 levels', nestedJson(65)],
      ['65 levels in a text', JSON.stringify(nestedJson(65))],
      ['2000 levels', nestedJson(2000)],
      ['2000 levels of arrays', '['.repeat(2000) + ']'.repeat(2000)],
      ['100 000 levels', nestedJson(100_000)],
      ['a number that no double holds', '{"a":1e400}'],
      ['a negative number that no double holds', '[[-1e400]]'],
    ])('are refused with %s', async (_, details) => {
      const { body } = await service
        .call('post', '/memory/events')
        .type('json')
        .send(`{"type":"status","source":"system","summary":"x","details":${details}}`)
        .expect(400);
      expectProblem(body, 'validation_failed', ['details']);
    });

    it('may be a megabyte', async () => {
      const details = { a: 'x'.repeat(1_048_576 - '{"a":""}'.length) };
      expect((await saved({ details }))['details']).toEqual(details);
    });
  });

  describe('saving a batch', () => {
    it('of one returns it in a list', async () => {
      const { body } = await service
        .call('post', '/memory/events/batch')
        .send({ events: [anEvent({ node: 'batch-of-one' })] })
        .expect(201);
      expect(body.events).toEqual([await eventAt(body.events[0].id)]);
    });

    it('of 1000 returns them in the order in which they were sent, each with its defaults', async () => {
      const events = Array.from({ length: 1000 }, (_, index) =>
        anEvent({
          summary: `event ${index}`,
          timestamp: `2026-11-22T20:15:00.${String(999 - index).padStart(3, '0')}Z`,
        }),
      );
      const { body } = await service.call('post', '/memory/events/batch').send({ events }).expect(201);
      expect(body.events.map(({ summary }: { summary: string }) => summary)).toEqual(
        events.map(({ summary }) => summary),
      );
      expect(new Set(body.events.map(({ id }: { id: number }) => id)).size).toBe(1000);
      expect(body.events[500]).toEqual(await eventAt(body.events[500].id));
    });

    it.each([
      ['0 events', []],
      ['1001 events', Array.from({ length: 1001 }, () => anEvent())],
      ['no list', anEvent()],
      ['null', null],
      ['a text', '[]'],
    ])('of %s is refused', async (_, events) => {
      const { body } = await service.call('post', '/memory/events/batch').send({ events }).expect(400);
      expectProblem(body, 'validation_failed', ['events']);
    });

    it('with mistakes names each of them and saves nothing of it', async () => {
      const node = 'all-or-nothing';
      const events: unknown[] = Array.from({ length: 6 }, () => anEvent({ node }));
      events[3] = { ...anEvent({ node }), type: 'alarm' };
      events[5] = { source: 'monitor', summary: '', node, extra: 1 };
      const { body } = await service.call('post', '/memory/events/batch').send({ events }).expect(400);
      expectProblem(body, 'validation_failed', [
        'events.3.type',
        'events.5.extra',
        'events.5.summary',
        'events.5.type',
      ]);
      const list = await service.call('get', `/memory/events?node=${node}`).expect(200);
      expect(list.body.events).toEqual([]);
    });

    it.each([
      ['null', null],
      ['a text', 'alert'],
      ['a list', []],
    ])('with %s instead of an event names its place', async (_, event) => {
      const { body } = await service
        .call('post', '/memory/events/batch')
        .send({ events: [anEvent(), event] })
        .expect(400);
      expectProblem(body, 'validation_failed', ['events.1']);
    });

    it('of 1000 wrong events gets a bounded answer', async () => {
      const events = Array.from({ length: 1000 }, () => ({ nonsense: 1 }));
      const { body, text } = await service.call('post', '/memory/events/batch').send({ events }).expect(400);
      expect(body.errors).toHaveLength(20);
      expect(text.length).toBeLessThan(10_000);
    });
  });

  describe('getting one', () => {
    it('that is not there is a 404', async () => {
      for (const id of [999_999_999, Number.MAX_SAFE_INTEGER]) {
        const { body } = await service.call('get', `/memory/events/${id}`).expect(404);
        expectProblem(body, 'not_found');
      }
    });
  });

  describe('resolving', () => {
    it('notes when and by whom: the user, unless said', async () => {
      const event = await saved();
      const before = new Date().toISOString();
      const { body } = await service
        .call('post', `/memory/events/${String(event['id'])}/resolve`)
        .expect(200);
      expect(body.event).toEqual({
        ...event,
        resolved: true,
        resolvedAt: expect.stringMatching(ONE_FORM),
        resolvedBy: 'user',
      });
      expect(body.event.resolvedAt >= before).toBe(true);
      expect(await eventAt(event['id'])).toEqual(body.event);
    });

    it.each(['jarvis', 'user'])('can be by %s', async (resolvedBy) => {
      const { id } = await saved();
      const path = `/memory/events/${String(id)}/resolve`;
      const { body } = await service.call('post', path).send({ resolvedBy }).expect(200);
      expect(body.event).toMatchObject({ id, resolved: true, resolvedBy });
    });

    it('takes an empty object for no wishes', async () => {
      const { id } = await saved();
      const { body } = await service
        .call('post', `/memory/events/${String(id)}/resolve`)
        .send({})
        .expect(200);
      expect(body.event.resolvedBy).toBe('user');
    });

    it('again, by another, changes nothing', async () => {
      const { id } = await saved();
      const path = `/memory/events/${String(id)}/resolve`;
      const first = await service.call('post', path).send({ resolvedBy: 'jarvis' }).expect(200);
      await new Promise((later) => setTimeout(later, 5));
      const second = await service.call('post', path).send({ resolvedBy: 'user' }).expect(200);
      expect(second.text).toBe(first.text);
    });

    it('by sixteen at the same moment has one winner, whom all are told', async () => {
      const { id } = await saved();
      const path = `/memory/events/${String(id)}/resolve`;
      const answers = await Promise.all(
        Array.from({ length: 16 }, (_, index) =>
          service
            .call('post', path)
            .send({ resolvedBy: index % 2 ? 'user' : 'jarvis' })
            .expect(200),
        ),
      );
      expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    });

    it('touches no other event', async () => {
      const [other, one] = [await saved(), await saved()];
      await service.call('post', `/memory/events/${String(one['id'])}/resolve`).expect(200);
      expect(await eventAt(other['id'])).toEqual(other);
    });

    it('what is not there is a 404', async () => {
      const { body } = await service.call('post', '/memory/events/999999999/resolve').expect(404);
      expectProblem(body, 'not_found');
    });
  });

  describe('listing', () => {
    /** The events of these tests lie in a year of their own, so that those of other tests do not show. */
    const YEAR = 'since=2020-01-01&until=2021-01-01';
    const ROWS = [
      // name, type, severity, source, node, resolved; one a day from 1 January 2020 on.
      ['a', 'alert', 'critical', 'monitor', 'pve1', false],
      ['b', 'alert', 'warning', 'monitor', 'pve2', true],
      ['c', 'action', 'info', 'jarvis', 'pve1', true],
      ['d', 'action', 'error', 'user', 'pve3', false],
      ['e', 'status', 'info', 'system', null, false],
      ['f', 'metric', 'warning', 'system', 'pve 4/ü', false],
    ] as const;

    beforeAll(async () => {
      const events = ROWS.map(([summary, type, severity, source, node], day) =>
        anEvent({ summary, type, severity, source, node, timestamp: `2020-01-0${day + 1}` }),
      );
      const { body } = await service.call('post', '/memory/events/batch').send({ events }).expect(201);
      for (const [index, row] of ROWS.entries()) {
        if (row[5])
          await service.call('post', `/memory/events/${String(body.events[index].id)}/resolve`).expect(200);
      }
    });

    /** The names of what a list holds, in its order. */
    async function names(query: string, path = '/memory/events'): Promise<string> {
      const { body } = await service.call('get', `${path}?${query}`).expect(200);
      return body.events.map(({ summary }: { summary: string }) => summary).join('');
    }

    it('begins with the newest', async () => {
      expect(await names(YEAR)).toBe('fedcba');
    });

    it('breaks ties of time by the later id', async () => {
      const events = ['first', 'second', 'third'].map((summary) =>
        anEvent({ summary, timestamp: '2019-05-05' }),
      );
      await service.call('post', '/memory/events/batch').send({ events }).expect(201);
      expect(await names('since=2019-05-05&until=2019-05-06')).toBe('thirdsecondfirst');
    });

    it('returns each event as it is returned alone', async () => {
      const { body } = await service.call('get', `/memory/events?${YEAR}`).expect(200);
      for (const event of body.events) expect(event).toEqual(await eventAt(event.id));
    });

    it.each([
      ['type=alert', 'ba'],
      ['type=alert&type=status', 'eba'],
      ['type=alert&type=alert', 'ba'],
      ['type=alert&type=action&type=status&type=metric', 'fedcba'],
      ['severity=info', 'ec'],
      ['severity=info&severity=critical', 'eca'],
      ['minSeverity=info', 'fedcba'],
      ['minSeverity=warning', 'fdba'],
      ['minSeverity=error', 'da'],
      ['minSeverity=critical', 'a'],
      ['minSeverity=error&severity=info&severity=error', 'd'],
      ['minSeverity=critical&severity=info', ''],
      ['source=system', 'fe'],
      ['source=user&source=jarvis', 'dc'],
      ['node=pve1', 'ca'],
      ['node=pve1&node=pve3', 'dca'],
      ['node=pve%204%2F%C3%BC', 'f'],
      ['node=pve+4%2F%C3%BC', 'f'],
      ['node=PVE1', ''],
      ['node=pve%25', ''],
      ['resolved=true', 'cb'],
      ['resolved=false', 'feda'],
      ['type=alert&node=pve1', 'a'],
      ['type=alert&node=pve3', ''],
      ['type=alert&type=action&resolved=false&minSeverity=warning&source=monitor&source=user', 'da'],
      ['resolved=true&type=action&severity=info&source=jarvis&node=pve1', 'c'],
    ])('with %s', async (filter, expected) => {
      expect(await names(`${YEAR}&${filter}`)).toBe(expected);
    });

    it.each([
      ['since=2020-01-03T00:00:00.000Z&until=2020-01-05T00:00:00.000Z', 'dc'],
      ['since=2020-01-03T00:00:00.001Z&until=2020-01-05T00:00:00.001Z', 'ed'],
      ['since=2020-01-03&until=2020-01-03T00:00:00.001Z', 'c'],
      ['since=2020-01-03&until=2020-01-03', ''],
      ['since=2020-01-03T01:00:00%2B01:00&until=2020-01-04T01:00:00%2B01:00', 'c'],
      ['since=2020-01-05&until=2020-02-01&type=metric', 'f'],
      ['until=2020-01-03&since=2019-12-31', 'ba'],
      ['since=2020-01-03 00:00:00&until=2020-01-05+00:00:00', 'dc'],
      ['since=2020-01-03%2000:00:00.001&until=2020-01-05%2000:00:00.001', 'ed'],
    ])('from since (inclusive) to until (exclusive): %s', async (span, expected) => {
      expect(await names(span)).toBe(expected);
    });

    it('holds 50 unless told otherwise, and as many as 200', async () => {
      const events = Array.from({ length: 201 }, () => anEvent({ timestamp: '2018-01-01' }));
      await service.call('post', '/memory/events/batch').send({ events }).expect(201);
      const span = 'since=2018-01-01&until=2018-01-02';
      for (const [limit, count] of [
        ['', 50],
        ['&limit=1', 1],
        ['&limit=200', 200],
      ] as const) {
        const { body } = await service.call('get', `/memory/events?${span}${limit}`).expect(200);
        expect(body.events).toHaveLength(count);
        expect(body.nextCursor).toEqual(expect.any(String));
      }
    });

    it('has no next cursor when the last page is just full', async () => {
      const { body } = await service.call('get', `/memory/events?${YEAR}&limit=6`).expect(200);
      expect(body.events).toHaveLength(6);
      expect(body.nextCursor).toBeNull();
    });

    it('goes on where the page before ended, also with another limit', async () => {
      const first = await service.call('get', `/memory/events?${YEAR}&limit=2&resolved=false`).expect(200);
      const cursor = `cursor=${String(first.body.nextCursor)}`;
      expect(await names(`${YEAR}&limit=3&resolved=false&${cursor}`)).toBe('da');
      expect(await names(`${cursor}&resolved=false&${YEAR}`)).toBe('da');
    });

    describe('the unresolved ones', () => {
      const PATH = '/memory/events/unresolved';

      it.each([
        ['', 'feda'],
        ['type=alert', 'a'],
        ['severity=warning&severity=info', 'fe'],
        ['minSeverity=error', 'da'],
        ['source=system', 'fe'],
        ['node=pve1&node=pve3', 'da'],
        ['type=alert&node=pve2', ''],
      ])('with %j', async (filter, expected) => {
        expect(await names(`${YEAR}&${filter}`, PATH)).toBe(expected);
      });

      it('come in pages', async () => {
        const first = await service.call('get', `${PATH}?${YEAR}&limit=3`).expect(200);
        expect(first.body.events).toHaveLength(3);
        expect(await names(`${YEAR}&limit=3&cursor=${String(first.body.nextCursor)}`, PATH)).toBe('a');
      });

      it('lose an event when it is resolved', async () => {
        const event = await saved({ node: 'to-be-resolved' });
        expect(await names('node=to-be-resolved', PATH)).toBe(event['summary']);
        await service.call('post', `/memory/events/${String(event['id'])}/resolve`).expect(200);
        expect(await names('node=to-be-resolved', PATH)).toBe('');
      });

      it('take no filter by resolution', async () => {
        const { body } = await service.call('get', `${PATH}?resolved=false`).expect(400);
        expectProblem(body, 'validation_failed', ['resolved']);
      });
    });
  });
});
