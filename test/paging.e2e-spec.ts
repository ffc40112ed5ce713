import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Page } from '../src/paging/index.js';
import {
  EVENT_SOURCES,
  EVENT_TYPES,
  EventsService,
  SEVERITIES,
  type EventDto,
  type EventsQueryDto,
} from '../src/events/index.js';
import { anEvent } from './factories/index.js';
import { isNewestFirst, walk } from './factories/walk.js';
import { startService, type TestService } from './support/service.js';

const CLIENTS = 16;
const EVENTS = 2000;

/** What the filters mean, said once more in the plainest way: the list has to agree with it. */
function fits(event: EventDto, filters: Partial<EventsQueryDto>): boolean {
  const { type, severity, minSeverity, source, node, resolved, since, until } = filters;
  const rank = (one: string): number => ['info', 'warning', 'error', 'critical'].indexOf(one);
  const isOneOf = (values: readonly string[] | undefined, value: string | null): boolean =>
    !values || (value !== null && values.includes(value));
  return (
    isOneOf(type, event.type) &&
    isOneOf(severity, event.severity) &&
    isOneOf(source, event.source) &&
    isOneOf(node, event.node) &&
    (minSeverity === undefined || rank(event.severity) >= rank(minSeverity)) &&
    (resolved === undefined || event.resolved === resolved) &&
    (since === undefined || event.timestamp >= since) &&
    (until === undefined || event.timestamp < until)
  );
}

describe('Paging', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await startService();
  });
  afterAll(() => service.destroy());

  /** A request by fetch, which keeps its connections and checks nothing, as a client that works much does. */
  async function quick<Answer>(path: string, status: number, sent?: object): Promise<Answer> {
    const answer = await fetch(`${service.url}/api${path}`, {
      method: sent ? 'POST' : 'GET',
      headers: { Authorization: `Bearer ${service.token}`, 'Content-Type': 'application/json' },
      body: sent ? JSON.stringify(sent) : null,
    });
    expect(answer.status).toBe(status);
    return (await answer.json()) as Answer;
  }

  async function write(parts: object): Promise<EventDto> {
    const sent = { ...anEvent(), ...parts };
    return (await quick<{ event: EventDto }>('/memory/events', 201, sent)).event;
  }

  async function quickWalk(path: string): Promise<EventDto[]> {
    const rows: EventDto[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const place: string = cursor && `&cursor=${cursor}`;
      const page = await quick<{ events: EventDto[]; nextCursor: string | null }>(`${path}${place}`, 200);
      rows.push(...page.events);
      cursor = page.nextCursor;
    }
    return rows;
  }

  it('shows every row exactly once and in order while sixteen clients write two thousand', async () => {
    const acknowledged = new Map<number, EventDto>();
    let next = 0;
    const client = async (node: string): Promise<void> => {
      while (next < EVENTS) {
        const event = await write({ node, summary: `event ${next++}` });
        acknowledged.set(event.id, event);
      }
    };
    const writing = Promise.all(Array.from({ length: CLIENTS }, (_, index) => client(`pve${index}`)));
    const state = { writing: true };
    void writing.finally(() => (state.writing = false));

    let walks = 0;
    while (state.writing) {
      const before = [...acknowledged.keys()];
      const rows = await quickWalk('/memory/events?limit=100');
      expect(isNewestFirst(rows)).toBe(true);
      const seen = new Set(rows.map(({ id }) => id));
      expect(before.filter((id) => !seen.has(id))).toEqual([]);
      walks++;
      await pause(20);
    }
    await writing;

    const rows = await quickWalk('/memory/events?limit=37');
    expect(rows).toHaveLength(EVENTS);
    expect(isNewestFirst(rows)).toBe(true);
    expect(new Map(rows.map((row) => [row.id, row]))).toEqual(acknowledged);
    expect(walks).toBeGreaterThan(1);
    // Two thousand durable writes take their time on a busy machine with a slow disk.
  }, 120_000);

  it('shows what the filters leave, each once, with every filter in the cursor', async () => {
    const path = '/memory/events?limit=7&node=pve3&node=pve4&type=alert&resolved=false&minSeverity=info';
    const rows = await walk<EventDto>(service, path, 'events');
    const all = await walk<EventDto>(service, '/memory/events?limit=200', 'events');
    expect(rows).toEqual(all.filter(({ node }) => node === 'pve3' || node === 'pve4'));
    expect(rows.length).toBeGreaterThan(7);
  });

  it('shows what any combination of filters leaves, in order, whatever the size of the pages', async () => {
    const door = service.app.get(EventsService, { strict: false });
    const moments = [1, 2, 3, 4].map((day) => `1970-01-0${day}T00:00:00.000Z`);
    const nodes = ['n1', 'n2', 'n3', null] as const;
    const made = Array.from({ length: 400 }, (_, index) =>
      anEvent({
        type: EVENT_TYPES[index % 4]!,
        severity: SEVERITIES[(index * 7 + (index >> 3)) % 4]!,
        source: EVENT_SOURCES[(index * 5 + (index >> 4)) % 4]!,
        node: nodes[(index * 3 + (index >> 5)) % 4]!,
        timestamp: moments[(index * 11 + (index >> 2)) % 4]!,
      }),
    );
    const saved = await door.saveEvents({ events: made });
    for (const { id } of saved.filter((__, index) => index % 3 === 0)) await door.resolveEvent(id);
    const all = (await Promise.all(saved.map(({ id }) => door.getEvent(id)))) as EventDto[];
    const newestFirst = all.sort((a, b) => b.timestamp.localeCompare(a.timestamp) || b.id - a.id);

    const some = <T>(values: readonly T[]): fc.Arbitrary<T[]> => fc.subarray([...values], { minLength: 1 });
    const filters = fc.record(
      {
        type: some(EVENT_TYPES),
        severity: some(SEVERITIES),
        minSeverity: fc.constantFrom(...SEVERITIES),
        source: some(EVENT_SOURCES),
        node: some(['n1', 'n2', 'n3', 'nowhere']),
        resolved: fc.boolean(),
        since: fc.constantFrom(...moments.slice(0, 2)),
      },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(filters, fc.integer({ min: 1, max: 60 }), async (given, limit) => {
        const query = { ...given, until: '1970-01-04T00:00:00.000Z' };
        const rows: EventDto[] = [];
        let cursor: string | null | undefined;
        while (cursor !== null) {
          const page: Page<EventDto> = await door.findEvents({ ...query, limit, cursor });
          rows.push(...page.items);
          cursor = page.nextCursor;
        }
        expect(rows).toEqual(newestFirst.filter((event) => fits(event, query)));
      }),
      { numRuns: 150 },
    );
  });

  it.each([1, 2, 3, 50, 99, 100, 101])(
    'shows a hundred rows of one moment exactly once, %i a page',
    async (limit) => {
      const day = `2001-01-${String(limit % 28 || 28).padStart(2, '0')}`;
      const events = Array.from({ length: 100 }, () => anEvent({ timestamp: day }));
      const { body } = await service.call('post', '/memory/events/batch').send({ events }).expect(201);
      const rows = await walk(
        service,
        `/memory/events?since=${day}&until=${day}T00:00:00.001Z&limit=${limit}`,
        'events',
      );
      const ids = body.events.map(({ id }: EventDto) => id);
      expect(rows.map(({ id }) => id)).toEqual(ids.reverse());
    },
  );

  it('is not disturbed by rows that arrive before or behind the place of the cursor', async () => {
    const days = [10, 20, 30].map((day) => `1990-01-${day}`);
    for (const timestamp of days) await write({ timestamp, summary: timestamp });
    const path = '/memory/events?since=1990-01-01&until=1991-01-01&limit=1';
    const first = await service.call('get', path).expect(200);
    await write({ timestamp: '1990-01-31', summary: 'newer than the cursor' });
    await write({ timestamp: '1990-01-15', summary: 'older than the cursor' });
    const onward: string[] = [];
    let cursor: string | null = first.body.nextCursor;
    while (cursor !== null) {
      const { body } = await service.call('get', `${path}&cursor=${cursor}`).expect(200);
      onward.push(...body.events.map(({ summary }: EventDto) => summary));
      cursor = body.nextCursor;
    }
    expect(onward).toEqual(['1990-01-20', 'older than the cursor', '1990-01-10']);
  });

  it('goes on past a row that was resolved after the cursor was given out', async () => {
    const written: EventDto[] = [];
    for (const day of [1, 2, 3]) written.push(await write({ timestamp: `1980-01-0${day}` }));
    const path = '/memory/events/unresolved?since=1980-01-01&until=1981-01-01&limit=1';
    const first = await service.call('get', path).expect(200);
    expect(first.body.events[0].id).toBe(written[2]!.id);
    await service.call('post', `/memory/events/${written[2]!.id}/resolve`).expect(200);
    await service.call('post', `/memory/events/${written[1]!.id}/resolve`).expect(200);
    const second = await service.call('get', `${path}&cursor=${String(first.body.nextCursor)}`).expect(200);
    expect(second.body.events.map(({ id }: EventDto) => id)).toEqual([written[0]!.id]);
    expect(second.body.nextCursor).toBeNull();
  });

  it('reads the messages of a growing conversation to its end, each once', async () => {
    const say = (content: number): Promise<unknown> =>
      service
        .call('post', '/memory/conversations')
        .send({ sessionId: 'growing', role: 'user', content: String(content) })
        .expect(201);
    for (let count = 0; count < 20; count++) await say(count);
    const growing = (async () => {
      for (let count = 20; count < 60; count++) await say(count);
    })();
    const read = await walk<{ content: string }>(
      service,
      '/memory/conversations/growing?limit=3',
      'messages',
    );
    await growing;
    expect(read.length).toBeGreaterThanOrEqual(20);
    expect(read.map(({ content }) => Number(content))).toEqual(read.map((_, index) => index));
  });
});
