import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  ConversationsService,
  UsageService,
  type MessageInput,
  type UsageAnswer,
} from '../src/conversations/index.js';
import { USAGE } from '../src/conversations/usage/usage.table.js';
import { nextMidnight } from '../src/time/days.js';
import { aMessage } from './factories/index.js';
import { expectProblem } from './factories/problem.js';
import { itWithTriggers } from './support/engine.js';
import { startService, type TestService } from './support/service.js';
import { disagreements } from './support/sums.js';

const NOTHING = { messageCount: 0, tokensUsed: 0, inputTokens: 0, outputTokens: 0, costUsd: 0 };

describe('Usage', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startService();
  });
  afterAll(() => service.destroy());

  async function save(...messages: Partial<MessageInput>[]): Promise<void> {
    for (const parts of messages) {
      await service.call('post', '/memory/conversations').send(aMessage(parts)).expect(201);
    }
  }

  async function usage(query: string): Promise<UsageAnswer> {
    return (await service.call('get', `/memory/usage?${query}`).expect(200)).body as UsageAnswer;
  }

  /** How many quarters of an hour are not what their messages make. */
  async function wrong(): Promise<number> {
    const [counted] = await service.store.run<Record<string, unknown>>(disagreements(USAGE));
    return Number(Object.values(counted!)[0]);
  }

  describe('by day', () => {
    beforeAll(async () => {
      await save(
        { timestamp: '2026-03-01T00:00:00.000Z', model: 'claude', tokensUsed: 100, costUsd: 0.1 },
        { timestamp: '2026-03-01T23:59:59.999Z', inputTokens: 20, outputTokens: 3, costUsd: 0.2 },
        { timestamp: '2026-03-03T12:00:00.000Z', tokensUsed: 1, inputTokens: 40, outputTokens: 5 },
      );
    });

    it('lists every day of the window, with its end left out', async () => {
      const body = await usage('since=2026-03-01&until=2026-03-04');
      expect(body).toEqual({
        groupBy: 'day',
        since: '2026-03-01T00:00:00.000Z',
        until: '2026-03-04T00:00:00.000Z',
        timeZone: 'UTC',
        usage: [
          {
            day: '2026-03-01',
            messageCount: 2,
            tokensUsed: 123,
            inputTokens: 20,
            outputTokens: 3,
            costUsd: 0.3,
          },
          { day: '2026-03-02', ...NOTHING },
          { day: '2026-03-03', ...NOTHING, messageCount: 1, tokensUsed: 1, inputTokens: 40, outputTokens: 5 },
        ],
        groupCount: 3,
        total: { messageCount: 3, tokensUsed: 124, inputTokens: 60, outputTokens: 8, costUsd: 0.3 },
      });
      expect((await usage('since=2026-03-01&until=2026-03-03')).total.messageCount).toBe(2);
    });

    it('widens the window to whole quarters of an hour, and says so', async () => {
      const body = await usage('since=2026-03-01T23:50:00Z&until=2026-03-03T12:00:00.001Z');
      expect(body).toMatchObject({ since: '2026-03-01T23:45:00.000Z', until: '2026-03-03T12:15:00.000Z' });
      expect(body.usage.map(({ day, messageCount }) => [day, messageCount])).toEqual([
        ['2026-03-01', 1],
        ['2026-03-02', 0],
        ['2026-03-03', 1],
      ]);
    });

    it.each([
      // The clocks go forward: a day of 23 hours.
      ['Europe/Berlin', '2026-03-28T23:00:00.000Z', '2026-03-29T22:00:00.000Z', '2026-03-29'],
      // And back: 25.
      ['Europe/Berlin', '2026-10-24T22:00:00.000Z', '2026-10-25T23:00:00.000Z', '2026-10-25'],
      ['Asia/Kathmandu', '2026-05-01T18:15:00.000Z', '2026-05-02T18:15:00.000Z', '2026-05-02'],
      ['america/new_york', '2026-07-02T04:00:00.000Z', '2026-07-03T04:00:00.000Z', '2026-07-02'],
    ])('has the days of %s', async (timeZone, begins, ends, day) => {
      const before = (moment: string): string => new Date(Date.parse(moment) - 1).toISOString();
      const model = `${timeZone} ${day}`;
      await save(...[before(begins), begins, before(ends), ends].map((timestamp) => ({ timestamp, model })));
      const since = new Date(Date.parse(begins) - 3_600_000).toISOString();
      const until = new Date(Date.parse(ends) + 3_600_000).toISOString();
      const { usage: days } = await usage(`since=${since}&until=${until}&timeZone=${timeZone}`);
      expect(days.map(({ messageCount }) => messageCount)).toEqual([1, 2, 1]);
      expect(days[1]!.day).toBe(day);
    });

    it('is about the last 30 days where nothing is said, today included', async () => {
      await save({});
      const { since, until, usage: days } = await usage('');
      expect(until).toBe(nextMidnight(new Date().toISOString(), 'UTC'));
      expect(Date.parse(until) - Date.parse(since)).toBe(30 * 86_400_000);
      expect(days).toHaveLength(30);
      expect(days.at(-1)).toMatchObject({ day: new Date().toISOString().slice(0, 10), messageCount: 1 });
    });

    it.each([
      ['since=2999-01-01', 0],
      ['since=2026-03-01&until=2026-03-01', 0],
      ['until=0000-01-02', 1],
      ['since=9999-12-31&until=9999-12-31T23:59:59.999Z', 1],
    ])('takes %s', async (query, count) => {
      const body = await usage(query);
      expect(body.usage).toHaveLength(count);
      expect(body.total).toEqual(NOTHING);
    });
  });

  it.each([
    ['groupBy=week', 'groupBy'],
    ['timeZone=Mars/Olympus', 'timeZone'],
    ['timeZone=%2B01:00', 'timeZone'],
    ['timeZone=', 'timeZone'],
    ['timeZone=UTC&timeZone=UTC', 'timeZone'],
    ['since=yesterday', 'since'],
    ['since=2026-03-02&until=2026-03-01', 'until'],
    ['since=2020-01-01&until=2026-01-01', 'since'],
    ['limit=5', 'limit'],
  ])('refuses %s, and names the field', async (query, field) => {
    const { body } = await service.call('get', `/memory/usage?${query}`);
    expectProblem(body, 'validation_failed', [field]);
  });

  it('is for those who may read', async () => {
    await service.callAnonymously('get', '/memory/usage').expect(401);
  });

  it('lists models, those with most tokens first', async () => {
    await save(
      { timestamp: '2026-06-01T10:00:00Z', model: 'small', tokensUsed: 5 },
      { timestamp: '2026-06-02T10:00:00Z', model: 'large', tokensUsed: 50, costUsd: 1.5 },
      { timestamp: '2026-06-03T10:00:00Z', model: 'small', tokensUsed: 6 },
      { timestamp: '2026-06-03T10:00:00Z' },
    );
    const body = await usage('groupBy=model&since=2026-06-01&until=2026-07-01');
    expect(body).toMatchObject({
      groupBy: 'model',
      groupCount: 3,
      total: { messageCount: 4, tokensUsed: 61, costUsd: 1.5 },
    });
    expect(body.usage).toEqual([
      { ...NOTHING, model: 'large', messageCount: 1, tokensUsed: 50, costUsd: 1.5 },
      { ...NOTHING, model: 'small', messageCount: 2, tokensUsed: 11 },
      { ...NOTHING, model: null, messageCount: 1 },
    ]);
    expect((await usage('groupBy=model&since=1999-01-01&until=1999-02-01')).usage).toEqual([]);
  });

  it('lists sessions by what their messages of the window used', async () => {
    const at = (day: number): string => `2026-08-${String(day).padStart(2, '0')}T10:00:00.000Z`;
    await save(
      { sessionId: 'cut', timestamp: at(1), tokensUsed: 1000 },
      { sessionId: 'cut', timestamp: at(2), tokensUsed: 7, costUsd: 0.25 },
      { sessionId: 'around', timestamp: at(1), tokensUsed: 1000 },
      { sessionId: 'around', timestamp: at(5), tokensUsed: 1000 },
      { sessionId: 'within', timestamp: at(3), inputTokens: 4, outputTokens: 4 },
      { sessionId: 'within', timestamp: at(4) },
    );
    const window = `since=${at(2)}&until=${at(5)}`;
    const { usage: sessions, groupCount, total } = await usage(`groupBy=session&${window}`);
    expect(sessions).toEqual([
      { sessionId: 'within', messageCount: 2, tokensUsed: 8, inputTokens: 4, outputTokens: 4, costUsd: 0 },
      { ...NOTHING, sessionId: 'cut', messageCount: 1, tokensUsed: 7, costUsd: 0.25 },
    ]);
    expect({ groupCount, total }).toMatchObject({
      groupCount: 2,
      total: { messageCount: 3, tokensUsed: 15 },
    });
  });

  it('lists at most 200 sessions, and counts them all', async () => {
    const door = service.app.get(ConversationsService, { strict: false });
    const timestamp = '2026-12-01T00:00:00.000Z';
    const saveOne = (_: unknown, n: number): Promise<unknown> =>
      door.saveMessage(aMessage({ sessionId: `many-${n}`, timestamp, tokensUsed: n }));
    await Promise.all(Array.from({ length: 250 }, saveOne));
    const {
      usage: sessions,
      groupCount,
      total,
    } = await usage('groupBy=session&since=2026-12-01&until=2026-12-02');
    expect({ groupCount, total }).toMatchObject({ groupCount: 250, total: { messageCount: 250 } });
    expect(sessions).toHaveLength(200);
    expect(sessions.at(-1)).toMatchObject({ sessionId: 'many-50', tokensUsed: 50 });
  });

  it('follows deleted conversations, also one that was begun in the same moment', async () => {
    const september = 'since=2026-09-01&until=2026-10-01';
    const parts = { sessionId: 'gone', model: 'm', tokensUsed: 3, costUsd: 0.1 };
    await save(
      { ...parts, timestamp: '2026-09-05T10:00:00Z' },
      { ...parts, timestamp: '2026-09-05T10:14:00Z', sessionId: 'kept' },
      { ...parts, timestamp: '2026-09-06T10:00:00Z' },
    );
    await Promise.all([
      save({ ...parts, timestamp: '2026-09-07T10:00:00Z' }),
      service.call('delete', '/memory/conversations/gone').expect(204),
      save({ ...parts, timestamp: '2026-09-08T10:00:00Z' }),
    ]);
    await service.call('delete', '/memory/conversations/gone');
    expect((await usage(september)).total).toEqual({
      ...NOTHING,
      messageCount: 1,
      tokensUsed: 3,
      costUsd: 0.1,
    });
    const rows = await service.store.run(`SELECT * FROM conversation_usage WHERE began_at LIKE '2026-09%'`);
    expect(rows).toMatchObject([
      { began_at: '2026-09-05T10:00:00.000Z', message_count: 1, cost: 100_000_000 },
    ]);
    expect(await wrong()).toBe(0);
  });

  it('counts absurd amounts as the most that a message can have, and fails no write', async () => {
    const most = { tokensUsed: Number.MAX_SAFE_INTEGER, costUsd: 1e300 };
    await save(
      { ...most, timestamp: '2026-11-01T00:00:00Z' },
      { ...most, timestamp: '2026-11-01T00:00:00Z' },
    );
    const { total } = await usage('since=2026-11-01&until=2026-11-02');
    expect(total).toEqual({ ...NOTHING, messageCount: 2, tokensUsed: 2e13, costUsd: 20_000 });
    expect(await wrong()).toBe(0);
  });

  it('answers 304 until a message is written, and until the day ends', async () => {
    const first = await service.call('get', '/memory/usage').expect(200);
    const tag = String(first.headers['etag']);
    await service.call('get', '/memory/usage').set('If-None-Match', tag).expect(304);
    await save({});
    const next = await service.call('get', '/memory/usage').set('If-None-Match', tag).expect(200);
    expect(next.body.total.messageCount).toBe(Number(first.body.total.messageCount) + 1);
  });

  it('is there for the same process', async () => {
    const door = service.app.get(UsageService, { strict: false });
    expect(await door.getUsage({ since: '2026-03-01', until: '2026-03-02' })).toEqual(
      await usage('since=2026-03-01&until=2026-03-02'),
    );
    await expect(door.getUsage({ timeZone: 'Nowhere' })).rejects.toMatchObject({ code: 'validation_failed' });
  });

  const moment = fc.integer({ min: 0, max: 7200 }).map((n) => new Date(1.8e12 + n * 1000).toISOString());
  const model = fc.constantFrom(null, 'a', 'b');
  const amount = fc.option(fc.integer({ min: 0, max: 9 }));
  const cost = fc.option(fc.double({ min: 0, max: 1, noNaN: true }));
  const change = fc.oneof(
    fc.tuple(moment, model, amount, amount, amount, cost).map((values) => ({
      text: `INSERT INTO conversations (session_id, role, content, timestamp, model, tokens_used, input_tokens, output_tokens,
        cost_usd) VALUES ('other', 'user', '', ?, ?, ?, ?, ?, ?)`,
      values,
    })),
    fc.tuple(moment, model, cost, fc.integer({ min: 0, max: 4 })).map((values) => ({
      text: 'UPDATE conversations SET timestamp = ?, model = ?, cost_usd = ? WHERE id % 5 = ?',
      values,
    })),
    fc.tuple(amount, fc.integer({ min: 0, max: 4 })).map((values) => ({
      text: 'UPDATE conversations SET tokens_used = NULL, input_tokens = ? WHERE id % 5 = ?',
      values,
    })),
    fc
      .integer({ min: 0, max: 9 })
      .map((n) => ({ text: 'DELETE FROM conversations WHERE id % 10 = ?', values: [n] })),
  );

  itWithTriggers('is true after whatever other programs write', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 8 }), async (changes) => {
        for (const { text, values } of changes) await service.store.run(text, ...values);
        expect(await wrong()).toBe(0);
      }),
      { numRuns: 30 },
    );
    const empty = await service.store.run('SELECT * FROM conversation_usage WHERE message_count = 0');
    expect([...empty, ...(await service.store.run('SELECT * FROM conversation_usage_changes'))]).toEqual([]);
  });
});
