import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AWKWARD_JSON, aMessage, nestedJson } from './factories/index.js';
import { expectProblem } from './factories/problem.js';
import { KEPT_TEXTS, REFUSED_TEXTS } from './factories/texts.js';
import { startService, type TestService } from './support/service.js';

const ONE_FORM = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

describe('Conversations over HTTP', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await startService();
  });
  afterAll(() => service.destroy());

  /** Saves one message and returns it as it was answered. */
  async function saved(parts: object = {}): Promise<Record<string, unknown>> {
    const { body } = await service
      .call('post', '/memory/conversations')
      .send({ ...aMessage(), ...parts })
      .expect(201);
    return body.message;
  }

  function pathOf(sessionId: unknown): string {
    return `/memory/conversations/${encodeURIComponent(String(sessionId))}`;
  }

  async function messagesOf(sessionId: unknown, query = ''): Promise<Record<string, unknown>[]> {
    const { body } = await service.call('get', `${pathOf(sessionId)}?${query}`).expect(200);
    return body.messages;
  }

  async function sessions(query: string): Promise<Record<string, unknown>[]> {
    const { body } = await service.call('get', `/memory/conversations?${query}`).expect(200);
    return body.sessions;
  }

  describe('saving a message', () => {
    it('returns it as it was sent, with an id, and says where its conversation is', async () => {
      const sent = aMessage({
        sessionId: 'chat-full',
        role: 'assistant',
        content: 'pve2 is short of memory. 🚨',
        model: 'claude',
        tokensUsed: 1250,
        inputTokens: 1000,
        outputTokens: 250,
        costUsd: 0.0068,
        toolCalls: [{ name: 'node_status', arguments: { node: 'pve2' } }],
        timestamp: '2026-11-22T21:15:00+01:00',
      });
      const { body, headers } = await service.call('post', '/memory/conversations').send(sent).expect(201);
      expect(body).toEqual({ message: { ...sent, id: 1, timestamp: '2026-11-22T20:15:00.000Z' } });
      expect(headers['location']).toBe('/api/memory/conversations/chat-full');
      expect(await messagesOf('chat-full')).toEqual([body.message]);
    });

    it('fills in what was left out: now, and null for the rest', async () => {
      const before = new Date().toISOString();
      const message = await saved({ sessionId: 'chat-defaults' });
      expect(message).toEqual({
        ...aMessage({ sessionId: 'chat-defaults' }),
        id: expect.any(Number),
        timestamp: expect.stringMatching(ONE_FORM),
        model: null,
        tokensUsed: null,
        inputTokens: null,
        outputTokens: null,
        costUsd: null,
        toolCalls: null,
      });
      expect(String(message['timestamp']) >= before).toBe(true);
    });

    it('takes null for every part that may be left out', async () => {
      const parts = { model: null, tokensUsed: null, inputTokens: null, outputTokens: null };
      expect(await saved({ ...parts, costUsd: null, toolCalls: null })).toMatchObject(parts);
    });

    it.each(['user', 'assistant', 'system', 'tool'])('takes the role %s', async (role) => {
      expect(await saved({ role })).toMatchObject({ role });
    });

    it.each([
      { tokensUsed: 0, inputTokens: 0, outputTokens: 0, costUsd: 0 },
      { tokensUsed: Number.MAX_SAFE_INTEGER },
      { costUsd: 1e-9 },
      { costUsd: 12345.6789 },
      { costUsd: 3 },
    ])('keeps the figures %j as they are', async (figures) => {
      const { sessionId } = await saved({ sessionId: `figures-${JSON.stringify(figures)}`, ...figures });
      expect(await messagesOf(sessionId)).toEqual([expect.objectContaining(figures)]);
    });

    it('takes a turn without words, which holds nothing but tool calls', async () => {
      const parts = { role: 'assistant', content: '', toolCalls: [{ name: 'reboot' }] };
      expect(await saved(parts)).toMatchObject(parts);
    });

    it('takes a megabyte of text, counted in bytes', async () => {
      const content = '🚨'.repeat(262_144);
      await saved({ sessionId: 'chat-large', content });
      expect((await messagesOf('chat-large'))[0]?.['content']).toBe(content);
      const sent = aMessage({ content: `${content}x` });
      const { body } = await service.call('post', '/memory/conversations').send(sent).expect(400);
      expectProblem(body, 'validation_failed', ['content']);
    });

    it.each(KEPT_TEXTS)('keeps %s in content, model and sessionId', async (_, text) => {
      const message = await saved({ sessionId: text, content: text, model: text });
      expect(message).toMatchObject({ sessionId: text, content: text, model: text });
      const { body } = await service.call('get', pathOf(text)).expect(200);
      expect(body).toEqual({ sessionId: text, messages: [message], nextCursor: null });
    });

    describe.each(['sessionId', 'content', 'model'])('with a %s', (field) => {
      it.each(REFUSED_TEXTS)('refuses %s', async (_, text) => {
        const sent = { ...aMessage(), [field]: text };
        const { body } = await service.call('post', '/memory/conversations').send(sent).expect(400);
        expectProblem(body, 'validation_failed', [field]);
      });
    });

    it.each([
      ['an array', '[{"name":"b","arguments":{"z":1,"a":2}}]'],
      ['an object', AWKWARD_JSON],
      ['exactly 64 levels', nestedJson(64)],
    ])('keeps tool calls equal, to the character: %s', async (_, toolCalls) => {
      for (const sent of [toolCalls, JSON.stringify(toolCalls)]) {
        const { text } = await service
          .call('post', '/memory/conversations')
          .type('json')
          .send(`{"sessionId":"calls","role":"assistant","content":"","toolCalls":${sent}}`)
          .expect(201);
        expect(text).toContain(`"toolCalls":${toolCalls}}`);
      }
    });
  });

  describe('the messages of a conversation', () => {
    beforeAll(async () => {
      // Sent out of order; two share a moment.
      for (const [content, minute] of [
        ['c', 3],
        ['a', 1],
        ['e', 4],
        ['d', 3],
        ['b', 2],
      ] as const) {
        await saved({ sessionId: 'ordered', content, timestamp: `2026-11-22T20:0${minute}:00Z` });
      }
    });

    async function contents(query: string): Promise<string> {
      return (await messagesOf('ordered', query)).map(({ content }) => content).join('');
    }

    it.each([
      ['', 'abcde'],
      ['order=asc', 'abcde'],
      ['order=desc', 'edcba'],
      ['limit=2', 'ab'],
      ['order=desc&limit=2', 'ed'],
    ])('with %j come as %s', async (query, expected) => {
      expect(await contents(query)).toBe(expected);
    });

    it.each([
      ['asc', 'ab|cd|e'],
      ['desc', 'ed|cb|a'],
    ])('come in pages, %s', async (order, expected) => {
      const pages: string[] = [];
      let cursor: string | null = '';
      while (cursor !== null) {
        const query: string = `order=${order}&limit=2${cursor && `&cursor=${cursor}`}`;
        const { body } = await service.call('get', `/memory/conversations/ordered?${query}`).expect(200);
        pages.push(body.messages.map(({ content }: { content: string }) => content).join(''));
        cursor = body.nextCursor;
      }
      expect(pages.join('|')).toBe(expected);
    });

    it('that grows while it is read from its beginning arrive exactly once', async () => {
      await saved({ sessionId: 'growing', content: '1' });
      await saved({ sessionId: 'growing', content: '2' });
      const path = '/memory/conversations/growing?limit=1';
      const first = await service.call('get', path).expect(200);
      await saved({ sessionId: 'growing', content: '3' });
      const second = await service.call('get', `${path}&cursor=${String(first.body.nextCursor)}`).expect(200);
      const third = await service.call('get', `${path}&cursor=${String(second.body.nextCursor)}`).expect(200);
      const read = [first, second, third].flatMap(({ body }) => body.messages);
      expect(read.map(({ content }: { content: string }) => content)).toEqual(['1', '2', '3']);
      expect(third.body.nextCursor).toBeNull();
    });

    it('that is not known are a 404, and not an empty list', async () => {
      const { body } = await service.call('get', '/memory/conversations/never-heard-of').expect(404);
      expectProblem(body, 'not_found');
    });

    it('hold 50 unless told otherwise', async () => {
      for (let count = 0; count < 51; count++) await saved({ sessionId: 'long', content: String(count) });
      expect(await messagesOf('long')).toHaveLength(50);
      expect(await messagesOf('long', 'limit=200')).toHaveLength(51);
    });
  });

  describe('the list of conversations', () => {
    /** Each test has a year of its own, so that the conversations of the others do not show. */
    const inYear = (year: number): string => `since=${year}-01-01&until=${year + 1}-01-01`;

    it('says of each when it began and ended, how much it holds, and how it began', async () => {
      const sessionId = 'summary';
      await saved({
        sessionId,
        role: 'system',
        content: 'You are Jarvis.',
        timestamp: '2001-01-01T10:00:00Z',
      });
      await saved({ sessionId, content: 'Is all well?', timestamp: '2001-01-01T10:01:00Z', tokensUsed: 10 });
      await saved({
        sessionId,
        role: 'assistant',
        content: 'All is well.',
        timestamp: '2001-01-01T10:02:00Z',
        inputTokens: 100,
        outputTokens: 20,
      });
      expect(await sessions(inYear(2001))).toEqual([
        {
          sessionId,
          firstMessageAt: '2001-01-01T10:00:00.000Z',
          lastMessageAt: '2001-01-01T10:02:00.000Z',
          messageCount: 3,
          tokensUsed: 130,
          preview: 'Is all well?',
          lastReply: 'All is well.',
        },
      ]);
    });

    it('counts the total of a message where it is given, else what went in and came out', async () => {
      const message = { sessionId: 'tokens', timestamp: '2002-01-01' };
      await saved({ ...message, tokensUsed: 5, inputTokens: 100, outputTokens: 100 });
      await saved({ ...message, inputTokens: 7 });
      await saved({ ...message, outputTokens: 11 });
      await saved(message);
      expect(await sessions(inYear(2002))).toEqual([
        expect.objectContaining({ sessionId: 'tokens', messageCount: 4, tokensUsed: 23 }),
      ]);
    });

    it('puts the most recent activity first, by the time of the last message', async () => {
      for (const [sessionId, day] of [
        ['one', 1],
        ['two', 2],
        ['three', 3],
        ['one', 4],
      ] as const) {
        await saved({ sessionId: `recent-${sessionId}`, timestamp: `2003-01-0${day}` });
      }
      const ids = (await sessions(inYear(2003))).map(({ sessionId }) => sessionId);
      expect(ids).toEqual(['recent-one', 'recent-three', 'recent-two']);
    });

    it('takes a message that arrives late for what it is: an earlier one', async () => {
      await saved({ sessionId: 'late', content: 'second', timestamp: '2004-01-02' });
      await saved({ sessionId: 'on-time', content: 'other', timestamp: '2004-01-03' });
      await saved({ sessionId: 'late', content: 'first', timestamp: '2004-01-01' });
      expect(await sessions(inYear(2004))).toEqual([
        expect.objectContaining({ sessionId: 'on-time' }),
        {
          sessionId: 'late',
          firstMessageAt: '2004-01-01T00:00:00.000Z',
          lastMessageAt: '2004-01-02T00:00:00.000Z',
          messageCount: 2,
          tokensUsed: 0,
          preview: 'first',
          lastReply: null,
        },
      ]);
    });

    it.each([
      ['of 200 characters, not halves of them', 2005, [['user', '🚨'.repeat(201)]], '🚨'.repeat(200)],
      [
        'of the user, who speaks later',
        2006,
        [
          ['tool', 'noise'],
          ['user', 'words'],
        ],
        'words',
      ],
      [
        'of whoever speaks, without a user',
        2007,
        [
          ['tool', 'noise'],
          ['system', 'more'],
        ],
        'noise',
      ],
      ['that is empty where the message is', 2008, [['user', '']], ''],
    ])('gives a preview %s', async (what, year, messages, preview) => {
      for (const [index, [role, content]] of messages.entries()) {
        await saved({ sessionId: what, role, content, timestamp: `${year}-01-0${index + 1}` });
      }
      expect(await sessions(inYear(year))).toEqual([expect.objectContaining({ preview })]);
    });

    it.each([
      ['of 200 characters, not halves of them', 2030, [['assistant', '🚨'.repeat(201)]], '🚨'.repeat(200)],
      [
        'that says something, and not the calls after it',
        2031,
        [
          ['assistant', 'It is the disk.'],
          ['assistant', ''],
          ['tool', '{}'],
          ['user', 'Thanks'],
        ],
        'It is the disk.',
      ],
      [
        'that was said last, whatever arrived last',
        2032,
        [
          ['assistant', 'later', '02'],
          ['assistant', 'earlier', '01'],
        ],
        'later',
      ],
      ['only of the assistant', 2033, [['user', 'Is anybody there?']], null],
    ])('tells the last reply, %s', async (what, year, messages, lastReply) => {
      for (const [index, [role, content, day = `0${index + 1}`]] of messages.entries()) {
        await saved({ sessionId: `reply ${what}`, role, content, timestamp: `${year}-01-${day}` });
      }
      expect(await sessions(inYear(year))).toEqual([expect.objectContaining({ lastReply })]);
    });

    it('can be cut to a span of the last message: since inclusive, until exclusive', async () => {
      for (const day of [1, 2, 3]) await saved({ sessionId: `span-${day}`, timestamp: `2009-01-0${day}` });
      await saved({ sessionId: 'span-3', timestamp: '2009-01-01T12:00:00Z' });
      const ids = async (query: string): Promise<unknown[]> =>
        (await sessions(query)).map(({ sessionId }) => sessionId);
      expect(await ids('since=2009-01-02&until=2010-01-01')).toEqual(['span-3', 'span-2']);
      expect(await ids('since=2009-01-01&until=2009-01-03')).toEqual(['span-2', 'span-1']);
      expect(await ids('since=2009-01-02&until=2009-01-02')).toEqual([]);
    });

    it('comes in pages, each conversation once, also where many end at the same moment', async () => {
      const all = Array.from({ length: 7 }, (_, index) => `paged-${index}`);
      for (const sessionId of all) await saved({ sessionId, timestamp: '2010-06-06' });
      const read: string[] = [];
      let cursor: string | null = '';
      while (cursor !== null) {
        const query: string = `${inYear(2010)}&limit=3${cursor && `&cursor=${cursor}`}`;
        const { body } = await service.call('get', `/memory/conversations?${query}`).expect(200);
        read.push(...body.sessions.map(({ sessionId }: { sessionId: string }) => sessionId));
        cursor = body.nextCursor;
      }
      expect(read).toEqual(all.reverse());
    });

    it('is empty for a span without conversations', async () => {
      const { body } = await service.call('get', `/memory/conversations?${inYear(1950)}`).expect(200);
      expect(body).toEqual({ sessions: [], nextCursor: null });
    });
  });

  describe('deleting a conversation', () => {
    it('removes it with all its messages, from the list as well, and touches no other', async () => {
      for (const sessionId of ['doomed', 'doomed', 'spared'])
        await saved({ sessionId, timestamp: '2011-01-01' });
      await service.call('delete', '/memory/conversations/doomed').expect(204);
      const gone = await service.call('get', '/memory/conversations/doomed').expect(404);
      expectProblem(gone.body, 'not_found');
      const left = await sessions('since=2011-01-01&until=2012-01-01');
      expect(left.map(({ sessionId }) => sessionId)).toEqual(['spared']);
      expect(await messagesOf('spared')).toHaveLength(1);
    });

    it('that is not there, or not any more, is a 404', async () => {
      await saved({ sessionId: 'twice' });
      await service.call('delete', '/memory/conversations/twice').expect(204);
      for (const sessionId of ['twice', 'never-heard-of']) {
        const { body } = await service.call('delete', `/memory/conversations/${sessionId}`).expect(404);
        expectProblem(body, 'not_found');
      }
    });

    it('leaves its name free for a new one that counts from the beginning', async () => {
      await saved({ sessionId: 'phoenix', tokensUsed: 99, timestamp: '2012-01-01' });
      await service.call('delete', '/memory/conversations/phoenix').expect(204);
      await saved({ sessionId: 'phoenix', tokensUsed: 1, timestamp: '2012-02-01' });
      expect(await sessions('since=2012-01-01&until=2013-01-01')).toEqual([
        expect.objectContaining({
          messageCount: 1,
          tokensUsed: 1,
          firstMessageAt: '2012-02-01T00:00:00.000Z',
        }),
      ]);
    });

    it.each([
      'a/b',
      '50 % off',
      '?#&=+',
      '__proto__',
      'constructor',
      'ünïcode 🚨',
      "' OR 1=1 --",
      '%2F',
      '*',
    ])('finds and deletes the conversation %j by its name in the path', async (sessionId) => {
      await saved({ sessionId: 'bystander' });
      await saved({ sessionId });
      expect(await messagesOf(sessionId)).toHaveLength(1);
      await service.call('delete', pathOf(sessionId)).expect(204);
      await service.call('get', pathOf(sessionId)).expect(404);
      await service.call('get', '/memory/conversations/bystander').expect(200);
    });
  });
});
