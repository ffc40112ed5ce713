import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { anEvent } from './factories/index.js';
import { expectProblem } from './factories/problem.js';
import { startService, type TestService } from './support/service.js';

interface Result {
  readonly kind: string;
  readonly id: number | string;
  readonly score: number;
  readonly snippet: { readonly text: string; readonly matches: readonly (readonly [number, number])[] };
  readonly matched: readonly string[];
  readonly count?: number;
  readonly nodes?: readonly string[];
  readonly neighbours?: Record<'before' | 'after', readonly { readonly content: string }[]>;
}

interface Answer {
  readonly results: readonly Result[];
  readonly nextCursor: string | null;
  readonly searched: {
    readonly kinds: readonly string[];
    readonly from: string | null;
    readonly to: string | null;
    readonly rows: number;
    readonly order: string;
  };
  readonly correctedTo?: string;
}

/** A history with what is searched for, and enough else that ranking is of use. */
const MESSAGES = [
  ['chat-1', 'user', 'Why is the backup of the mail server so slow?'],
  ['chat-1', 'assistant', 'The storage nas-2 is busy every night until four: move the job to five.'],
  ['chat-1', 'user', 'Thanks, done.'],
  ['chat-2', 'user', 'The certificate of cloud.example.com expires soon'],
  ['chat-2', 'assistant', 'I renewed it with certbot; it now ends in March.'],
  ['chat-3', 'user', '备份昨天失败了，请检查存储'],
  ['chat-3', 'user', 'バックアップの予定を教えて'],
  ['chat-3', 'user', '백업 서버가 느려요'],
  ['chat-3', 'user', 'Сервер резервного копирования недоступен'],
  ['chat-3', 'user', 'النسخ الاحتياطي فشل البارحة'],
  ['chat-4', 'user', 'Die Größe der Partition ist zu klein 🚨'],
  ['chat-4', 'assistant', 'Operators such as NEAR, AND or content:x* are "words" too.'],
] as const;
const EVENTS = [
  ['pve-01', 'Backup of VM 104 failed: no space left', { vmid: 104, target: 'vm:104' }],
  ['pve-02', 'Backup of VM 105 failed: no space left', { vmid: 105 }],
  ['pve-02', 'Host 10.0.0.5 does not answer', { mac: 'bc:24:11:0a:9f:01' }],
  ['pve-02', 'Host 10.0.0.50 does not answer', null],
  ['pve-03', 'Task ended', { upid: 'UPID:pve-03:0003A2F1:01A2B3C4:655F1A2B:vzdump:104:root@pam:' }],
  ['pve-03', 'Started qemu/100', { path: '/var/lib/vz/images/100' }],
  [null, 'Temperature of the attic is high', null],
] as const;

describe('Search', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await startService();
    for (const [sessionId, role, content] of MESSAGES) {
      await service.call('post', '/memory/conversations').send({ sessionId, role, content }).expect(201);
    }
    for (const [node, summary, details] of EVENTS) {
      await service
        .call('post', '/memory/events')
        .send({ ...anEvent({ summary, details }), node })
        .expect(201);
    }
    await service.call('put', '/memory/preferences/backup.target').send({ value: 'nas-2' }).expect(200);
  });
  afterAll(() => service.destroy());

  async function search(q: string, parameters: Record<string, string> = {}): Promise<Answer> {
    const query = new URLSearchParams({ q, ...parameters });
    const { body } = await service.call('get', `/memory/search?${query.toString()}`).expect(200);
    return body;
  }

  async function bestOf(q: string, parameters?: Record<string, string>): Promise<string | undefined> {
    const { results } = await search(q, parameters);
    return results[0]?.snippet.text;
  }

  describe('finds', () => {
    it.each([
      [
        'a question',
        'why was the backup of the mail server slow',
        'Why is the backup of the mail server so slow?',
      ],
      ['other forms of a word', 'certificates expiring', 'The certificate of cloud.example.com expires soon'],
      ['a phrase', '"no space left" 105', 'pve-02\nBackup of VM 105 failed: no space left'],
      ['a node', 'pve-01', 'pve-01\nBackup of VM 104 failed'],
      ['a name with a colon', 'vm:104', 'pve-01\nBackup of VM 104 failed'],
      ['an address, and not a longer one', '10.0.0.5', 'pve-02\nHost 10.0.0.5 does not answer'],
      ['the longer address', '10.0.0.50', 'pve-02\nHost 10.0.0.50 does not answer'],
      ['a name with a slash', 'qemu/100', 'pve-03\nStarted qemu/100'],
      ['a path', '/var/lib/vz/images/100', 'pve-03\nStarted qemu/100'],
      ['a MAC address', 'bc:24:11:0a:9f:01', 'pve-02\nHost 10.0.0.5 does not answer'],
      ['a UPID', 'UPID:pve-03:0003A2F1:01A2B3C4:655F1A2B:vzdump:104:root@pam:', 'pve-03\nTask ended'],
      ['a part of a UPID', '0003A2F1', 'pve-03\nTask ended'],
      ['a domain', 'cloud.example.com', 'The certificate of cloud.example.com'],
      ['Chinese', '备份失败', '备份昨天失败了'],
      ['Japanese', 'バックアップ', 'バックアップの予定'],
      ['Korean', '백업', '백업 서버가'],
      ['Russian, in another form', 'серверы недоступны', 'Сервер резервного'],
      ['Arabic', 'النسخ', 'النسخ الاحتياطي'],
      ['letters with and without marks', 'grosse groesse größe', 'Die Größe'],
      ['a part of a word', 'ertbo', 'I renewed it with certbot'],
      ['an emoji', '🚨', 'Die Größe'],
      ['a preference', 'backup.target', 'backup.target\nnas-2'],
      ['words that are operators elsewhere', 'NEAR AND content:x* "words', 'Operators such as NEAR'],
    ])('%s', async (_, q, expected) => {
      expect(await bestOf(q)).toContain(expected);
    });

    it('a word with a typo, and says what it took it for', async () => {
      const { results, correctedTo } = await search('certifcate expires');
      expect(correctedTo).toBe('certificate expires');
      expect(results[0]?.snippet.text).toContain('certificate');
      expect(await search('bakcup')).toMatchObject({ correctedTo: 'backup' });
    });

    it('the answer next to the words of the question', async () => {
      const { results } = await search('slow backup of the mail server');
      const texts = results.slice(0, 2).map(({ snippet }) => snippet.text);
      expect(texts).toContainEqual(expect.stringContaining('move the job to five'));
    });
  });

  it('marks what it found by offsets', async () => {
    const { results } = await search('mail servers');
    const [{ snippet, matched } = { snippet: { text: '', matches: [] }, matched: [] }] = results;
    expect(snippet.matches.map(([from, to]) => snippet.text.slice(from, to))).toEqual(['mail', 'server']);
    expect(matched).toEqual(['mail', 'servers']);
  });

  it('has one result for events that say the same, with their count and nodes, unless it is not to', async () => {
    const folded = (await search('backup failed space', { kind: 'event' })).results;
    expect(folded[0]).toMatchObject({ count: 2, nodes: expect.arrayContaining(['pve-01', 'pve-02']) });
    const all = (await search('backup failed space', { kind: 'event', fold: 'false' })).results;
    expect(
      all
        .slice(0, 2)
        .map(({ id }) => id)
        .sort(),
    ).toEqual([1, 2]);
    expect(all[0]).not.toHaveProperty('count');
  });

  it('has one result for events of a node that say the same, too', async () => {
    const { results } = await search('backup failed space', { node: 'pve-02' });
    expect(results[0]).toMatchObject({ count: 1, isCountCapped: false, nodes: ['pve-02'] });
  });

  describe('is limited to', () => {
    it.each([
      [{ kind: 'message' }, ['message']],
      [{ node: 'pve-02' }, ['event']],
      [{ severity: 'info' }, ['event']],
      [{ type: 'alert' }, ['event']],
      [{ sessionId: 'chat-1' }, ['message']],
      [{ since: '2020-01-01' }, ['event', 'message', 'preference']],
      [{ sessionId: 'chat-1', node: 'pve-02' }, []],
    ])('%j: only the kinds that have it', async (filters, kinds) => {
      const { results, searched } = await search('backup', filters);
      expect(searched.kinds).toEqual(kinds);
      for (const { kind } of results) expect(kinds).toContain(kind);
      expect(results.length > 0 || kinds.length === 0 || 'severity' in filters).toBe(true);
    });

    it('a time', async () => {
      const { results, searched } = await search('backup', { until: '2020-01-01' });
      expect(results).toEqual([]);
      expect(searched).toMatchObject({ from: null, to: '2020-01-01T00:00:00.000Z' });
    });
  });

  it('brings the turns around a message', async () => {
    const [result] = (await search('nas-2 busy every night', { neighbours: '1', kind: 'message' })).results;
    expect(result?.neighbours?.before.map(({ content }) => content)).toEqual([MESSAGES[0][2]]);
    expect(result?.neighbours?.after.map(({ content }) => content)).toEqual([MESSAGES[2][2]]);
  });

  it('explains a score where it is asked to', async () => {
    const [result] = (await search('backup mail', { explain: 'true' })).results;
    expect(result).toMatchObject({
      explain: { words: [{ word: 'backup' }, { word: 'mail' }], parts: { text: expect.any(Number) } },
    });
  });

  describe('takes any text:', () => {
    it.each([
      ['punctuation', '?!… -- () "" :::'],
      ['a quote that does not end', 'backup "of the'],
      ['a minus, a colon and brackets', '-backup node:[pve-01] (failed) ^x* {a}'],
      ['a NUL', 'back\0up'],
      ['10 000 characters', 'backup '.repeat(1428) + 'abcd'],
      ['one long word', 'a'.repeat(10_000)],
      ['one long identifier', 'a1-'.repeat(3333)],
      ['what SQL would take for its own', "'; DROP TABLE events; -- %_\\"],
    ])('%s', async (_, q) => {
      expect((await search(q)).searched.rows).toBe(MESSAGES.length + EVENTS.length + 1);
    });

    it('half a character of a pair, in a query that was not made by a browser', async () => {
      const { body } = await service.call('get', '/memory/search?q=backup%ED%A0%BD').expect(200);
      expect(body.results.length).toBeGreaterThan(0);
    });

    it('words that every text has: the newest, and says so', async () => {
      const { results, searched } = await search('the of and', { limit: '3' });
      expect(searched.order).toBe('recency');
      expect(results).toHaveLength(3);
      expect(results[0]).toMatchObject({ kind: 'preference', score: 0 });
    });

    it('words that nothing has: nothing, and says what was searched', async () => {
      const { results, nextCursor, searched } = await search('zzzzqqqq xxyyxxyy', { since: '2020-01-01' });
      expect({ results, nextCursor }).toEqual({ results: [], nextCursor: null });
      expect(searched).toEqual({
        kinds: ['event', 'message', 'preference'],
        from: '2020-01-01T00:00:00.000Z',
        to: null,
        rows: expect.any(Number),
        order: 'relevance',
      });
    });
  });

  describe('refuses', () => {
    it.each([
      ['nothing', 'q=', 'q'],
      ['no query', 'limit=3', 'q'],
      ['10 001 characters', `q=${'x'.repeat(10_001)}`, 'q'],
      ['two queries', 'q=a&q=b', 'q'],
      ['an unknown kind', 'q=a&kind=snapshot', 'kind'],
      ['51 results', 'q=a&limit=51', 'limit'],
      ['6 neighbours', 'q=a&neighbours=6', 'neighbours'],
      ['an unknown severity', 'q=a&severity=bad', 'severity'],
      ['an end before the beginning', 'q=a&since=2026-01-02&until=2026-01-01', 'until'],
      ['a foreign cursor', 'q=a&cursor=abc', 'cursor'],
      ['an unknown field', 'q=a&mode=fast', 'mode'],
    ])('%s', async (_, query, field) => {
      const { body } = await service.call('get', `/memory/search?${query}`).expect(400);
      expectProblem(body, 'validation_failed', [field]);
    });

    it('the cursor of another search', async () => {
      const { nextCursor } = await search('backup', { limit: '1' });
      const query = new URLSearchParams({ q: 'storage', limit: '1', cursor: String(nextCursor) });
      const { body } = await service.call('get', `/memory/search?${query.toString()}`).expect(400);
      expectProblem(body, 'validation_failed', ['cursor']);
    });

    it('whoever has no token', async () => {
      const { body } = await service.callAnonymously('get', '/memory/search?q=backup').expect(401);
      expectProblem(body, 'unauthorized');
    });
  });
});

describe('The pages of a search', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await startService();
  });
  afterAll(() => service.destroy());

  async function saveBatch(first: number, count: number): Promise<void> {
    const events = Array.from({ length: count }, (_, index) =>
      anEvent({
        summary: `Fan ${'abcdefghij'.charAt(index % 10).repeat(1 + (index % 4))} of rack makes noise ${first + index}`,
      }),
    );
    await service.call('post', '/memory/events/batch').send({ events }).expect(201);
  }

  async function page(cursor?: string): Promise<Answer> {
    const query = new URLSearchParams({
      q: 'noise of the fan',
      limit: '7',
      fold: 'false',
      ...(cursor && { cursor }),
    });
    const { body } = await service.call('get', `/memory/search?${query.toString()}`).expect(200);
    return body;
  }

  it('neither repeat nor skip while rows arrive and are indexed', async () => {
    await saveBatch(0, 200);
    const ids: unknown[] = [];
    let answer = await page();
    const first = answer;
    for (let arrived = 1; ; arrived++) {
      ids.push(...answer.results.map(({ id }) => id));
      if (answer.nextCursor === null) break;
      await saveBatch(arrived * 1000, 30);
      answer = await page(answer.nextCursor);
    }
    expect(first.searched.rows).toBe(200);
    expect(ids).toHaveLength(200);
    expect([...ids].sort((one, other) => Number(one) - Number(other))).toEqual(
      Array.from({ length: 200 }, (_, index) => index + 1),
    );
  });

  it('find the newest at once, however many are indexed already', async () => {
    await service
      .call('post', '/memory/events')
      .send(anEvent({ summary: 'The lighthouse is dark' }))
      .expect(201);
    const { body } = await service.call('get', '/memory/search?q=lighthouse').expect(200);
    expect(body.results).toHaveLength(1);
    await service.call('post', `/memory/events/${String(body.results[0].id)}/resolve`).expect(200);
    const again = await service.call('get', '/memory/search?q=lighthouse').expect(200);
    expect(again.body.results[0].event).toMatchObject({ resolved: true });
  });
});
