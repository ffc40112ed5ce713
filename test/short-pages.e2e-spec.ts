import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Page } from '../src/paging/index.js';
import { ConversationsService } from '../src/conversations/index.js';
import { EventsService, type EventDto, type EventsQueryDto } from '../src/events/index.js';
import { SnapshotsService } from '../src/snapshots/index.js';
import { aMessage, anEvent } from './factories/index.js';
import { isNewestFirst, walk } from './factories/walk.js';
import { startService, type TestService } from './support/service.js';

const ROWS = 24_000;
const MB = 1_048_576;
const FOUR_MB = 4 * MB;

/** Many events, so that what filters leave lies far apart: alerts are rare and old, errors rare and new. */
async function fill({ store }: TestService): Promise<void> {
  await store.run(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${ROWS})
    INSERT INTO events (timestamp, type, severity, source, node, summary, resolved)
    SELECT ${store.timestamp('1577836800 + (i / 3) * 60')},
      CASE WHEN i < 9000 AND i % 40 = 0 THEN 'alert' WHEN i % 2 = 1 THEN 'metric' ELSE 'status' END,
      CASE WHEN i > 14000 AND i % 40 = 0 THEN 'error' WHEN i < 200 THEN 'critical' ELSE 'info' END,
      CASE WHEN i % 6000 = 0 THEN 'user' ELSE 'monitor' END,
      CASE i % 3 WHEN 0 THEN 'pve1' WHEN 1 THEN 'pve2' END, 'event ' || i, i % 4000 = 0 FROM n`);
}

describe('A page that ends early', () => {
  let service: TestService;
  let events: EventsService;
  let all: EventDto[];

  beforeAll(async () => {
    service = await startService();
    await fill(service);
    events = service.app.get(EventsService, { strict: false });
    all = await events.getEventsSince('2020-01-01');
  });
  afterAll(() => service.destroy());

  async function pagesOf(query: Partial<EventsQueryDto>): Promise<Page<EventDto>[]> {
    const pages: Page<EventDto>[] = [];
    let cursor: string | null | undefined;
    while (cursor !== null) {
      const page: Page<EventDto> = await events.findEvents({ ...query, until: '2021-01-01', cursor });
      pages.push(page);
      cursor = page.nextCursor;
    }
    return pages;
  }

  it('is empty with a nextCursor where filters leave nothing for long', async () => {
    const pages = await pagesOf({ type: ['metric'], resolved: true });
    expect(pages.length).toBeGreaterThan(1);
    expect(pages[0]).toEqual({ items: [], nextCursor: expect.any(String) });
    expect(pages.flatMap(({ items }) => items)).toEqual([]);
    const rare = await pagesOf({ resolved: true });
    expect(rare.flatMap(({ items }) => items.map(({ summary }) => summary))).toEqual(
      [24, 20, 16, 12, 8, 4].map((thousand) => `event ${thousand}000`),
    );
    expect(rare.length).toBeGreaterThan(2);
  });

  it('follows the filter that leaves the fewest rows', async () => {
    // 12 000 rows are metrics; 200 are critical, and all of them are looked at for the first page.
    const pages = await pagesOf({ type: ['metric'], severity: ['critical'], limit: 200 });
    expect(pages.map(({ items }) => items.length)).toEqual([100]);
  });

  it('shows what any filters leave, each row once and in order, whatever the size of the pages', async () => {
    const rank = ['info', 'warning', 'error', 'critical'];
    const filters = fc.record(
      {
        type: fc.subarray(['alert', 'metric', 'status', 'action'] as const, { minLength: 1 }),
        minSeverity: fc.constantFrom('info', 'warning', 'error', 'critical'),
        source: fc.subarray(['monitor', 'user'] as const, { minLength: 1 }),
        node: fc.subarray(['pve1', 'pve2', 'nowhere'], { minLength: 1 }),
        resolved: fc.boolean(),
      },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(filters, fc.integer({ min: 20, max: 200 }), async (given, limit) => {
        const { type, minSeverity, source, node, resolved } = given as Partial<EventsQueryDto>;
        const expected = all.filter(
          (event) =>
            (!type || (type as readonly string[]).includes(event.type)) &&
            (!minSeverity || rank.indexOf(event.severity) >= rank.indexOf(minSeverity)) &&
            (!source || (source as readonly string[]).includes(event.source)) &&
            (!node || (event.node !== null && node.includes(event.node))) &&
            (resolved === undefined || event.resolved === resolved),
        );
        const ids: number[] = [];
        // Long lists are compared by their beginning: a walk of each takes hundreds of pages.
        let cursor: string | null | undefined;
        for (let pages = 0; cursor !== null && pages < 15; pages++) {
          const page: Page<EventDto> = await events.findEvents({ ...given, limit, cursor });
          ids.push(...page.items.map(({ id }) => id));
          cursor = page.nextCursor;
        }
        const wanted = expected.map(({ id }) => id);
        expect(ids.join()).toBe((cursor === null ? wanted : wanted.slice(0, ids.length)).join());
      }),
      { numRuns: 25 },
    );
  });

  it('loses and repeats nothing while rows arrive and are resolved between two pages', async () => {
    const filters = { type: ['alert'], resolved: false, limit: 50 } as const;
    const before = all.filter(({ type, resolved }) => type === 'alert' && !resolved);
    const rows: EventDto[] = [];
    let cursor: string | null | undefined;
    while (cursor !== null) {
      const page: Page<EventDto> = await events.findEvents({ ...filters, cursor });
      rows.push(...page.items);
      cursor = page.nextCursor;
      await events.saveEvent(anEvent({ timestamp: '2020-01-03T00:00:00.500Z', source: 'system' }));
      await events.saveEvent(anEvent({ type: 'metric', timestamp: '2020-01-01' }));
    }
    expect(isNewestFirst(rows)).toBe(true);
    expect(rows.filter(({ source }) => source !== 'system').map(({ id }) => id)).toEqual(
      before.map(({ id }) => id),
    );
  });

  it('is made up for in process: as many rows as were asked for, or all', async () => {
    expect(all).toHaveLength(ROWS);
    expect(isNewestFirst(all)).toBe(true);
    const unresolved = await events.getUnresolved();
    expect(new Set(unresolved.map(({ id }) => id)).size).toBe(unresolved.length);
    expect(unresolved.length).toBeGreaterThanOrEqual(ROWS - 6);
    expect(await events.getEventsByNode('pve1', 200)).toHaveLength(200);
  });

  describe('because its rows are large', () => {
    const details = { text: 'x'.repeat(0.9 * MB) };
    const day = '1999-01-01';
    const bytesOf = (text: string): number => Buffer.byteLength(text);

    it('holds 4 MB of events, and one row where that is larger', async () => {
      for (let count = 0; count < 10; count++) await events.saveEvent(anEvent({ details, timestamp: day }));
      const path = '/memory/events?until=2000-01-01&limit=100';
      const { text, body } = await service.call('get', path).expect(200);
      expect(body.events).toHaveLength(4);
      expect(bytesOf(text)).toBeLessThan(FOUR_MB);
      const rows = await walk<EventDto>(service, path, 'events');
      expect(new Set(rows.map(({ id }) => id)).size).toBe(10);
      const inProcess = await events.getRecentEvents(200);
      expect(inProcess).toHaveLength(200);
    });

    it('holds 4 MB of messages, also where each character is several bytes', async () => {
      const conversations = service.app.get(ConversationsService, { strict: false });
      const content = '\u{1F3E0}'.repeat(0.2 * MB);
      for (let count = 0; count < 8; count++) {
        await conversations.saveMessage(aMessage({ sessionId: 'long', content, timestamp: day }));
      }
      const { text, body } = await service.call('get', '/memory/conversations/long').expect(200);
      expect(body.messages).toHaveLength(4);
      expect(bytesOf(text)).toBeLessThan(FOUR_MB);
      expect(await walk(service, '/memory/conversations/long', 'messages')).toHaveLength(8);
      expect(await conversations.getSessionMessages('long')).toHaveLength(8);
    });

    it('counts what is read for the previews of conversations', async () => {
      const conversations = service.app.get(ConversationsService, { strict: false });
      for (let count = 0; count < 6; count++) {
        const content = 'x'.repeat(0.9 * MB);
        await conversations.saveMessage(
          aMessage({ sessionId: `s${count}`, content, timestamp: '1998-01-01' }),
        );
      }
      const path = '/memory/conversations?until=1998-06-01';
      const { body } = await service.call('get', path).expect(200);
      expect(body.sessions).toHaveLength(4);
      expect(await walk(service, path, 'sessions')).toHaveLength(6);
      expect(await conversations.getRecentSessions(200)).toHaveLength(7);
    });

    it('counts what is read for the last replies of conversations', async () => {
      const conversations = service.app.get(ConversationsService, { strict: false });
      for (let count = 0; count < 6; count++) {
        const said = { sessionId: `reply${count}`, timestamp: '1996-01-01' };
        await conversations.saveMessage(aMessage({ ...said, content: 'Why?' }));
        await conversations.saveMessage(
          aMessage({ ...said, role: 'assistant', content: 'x'.repeat(0.9 * MB) }),
        );
      }
      const path = '/memory/conversations?until=1996-06-01';
      const { body } = await service.call('get', path).expect(200);
      expect(body.sessions).toHaveLength(4);
      expect(await walk(service, path, 'sessions')).toHaveLength(6);
    });

    it('holds one snapshot where that is larger, and all are there in process', async () => {
      const snapshots = service.app.get(SnapshotsService, { strict: false });
      for (let count = 0; count < 3; count++) {
        await snapshots.saveSnapshot({ a: 'x'.repeat(5 * MB) }, day);
      }
      const { body } = await service.call('get', '/memory/snapshots').expect(200);
      expect(body.snapshots).toHaveLength(1);
      expect(await walk(service, '/memory/snapshots', 'snapshots')).toHaveLength(3);
      expect(await snapshots.getSnapshotsSince('1990-01-01')).toHaveLength(3);
    });
  });
});
