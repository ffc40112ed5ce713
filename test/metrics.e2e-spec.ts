import { createConnection } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import Sqlite from 'better-sqlite3';
import { Measures } from '../src/observability/health-indicators.js';
import { VERSION } from '../src/config/index.js';
import { describeApi } from '../src/http/docs/index.js';
import { anEvent } from './factories/index.js';
import { rawRequest } from './factories/http.js';
import { increaseOf, samplesOf, scrape } from './support/metrics.js';
import { isOnPostgres, itOnSqlite } from './support/engine.js';
import {
  PASSWORD,
  SECRET,
  startService,
  startUnusable,
  temporaryFolder,
  type TestService,
} from './support/service.js';

const REQUESTS = 'jarvis_memory_http_requests_total';

const requests = (method: string, route: string, status: number): string =>
  `${REQUESTS}{method="${method}",route="${route}",status="${status}"}`;

/** Waits for something that the service does by itself. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 10));
}

describe('Metrics', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await startService();
  });
  afterAll(() => service.destroy());

  it('are for those who may read', async () => {
    await service.callAnonymously('get', '/metrics').expect(401);
    const { headers } = await service.call('get', '/metrics').expect(200);
    expect(headers['content-type']).toMatch(/^text\/plain;.*version=0\.0\.4/);
    expect(headers['cache-control']).toBe('no-store');
  });

  it('have a help and a type for every number, and no number twice', async () => {
    const { text } = await service.call('get', '/metrics').expect(200);
    const names = new Set([...samplesOf(text).keys()].map((series) => series.replace(/\{.*/, '')));
    for (const name of names) {
      const family = name.replace(/_(?:bucket|sum|count)$/, '');
      const isDescribed = [name, family].some(
        (one) => text.includes(`# HELP ${one} `) && text.includes(`# TYPE ${one} `),
      );
      expect([name, isDescribed]).toEqual([name, true]);
    }
  });

  it('count exactly the requests that were made, by method, route and status', async () => {
    const { body } = await service.call('post', '/memory/events').send(anEvent()).expect(201);
    const before = await scrape(service);
    for (let times = 0; times < 3; times++) {
      await service.call('post', '/memory/events').send(anEvent()).expect(201);
    }
    await service.call('post', '/memory/events').send({}).expect(400);
    await service.call('get', `/memory/events/${body.event.id}`).expect(200);
    await service.call('get', '/memory/events/999999').expect(404);
    await service.callAnonymously('get', '/memory/events?limit=1').expect(401);
    await service.call('put', '/memory/preferences/ui.theme').send({ value: 'dark' }).expect(200);
    await service.callAnonymously('get', '/health/live').expect(200);
    await rawRequest(service.url, { path: '/api/health/live', method: 'HEAD' });
    await rawRequest(service.url, { path: '/elsewhere' });
    await rawRequest(service.url, { path: '/api/memory/events', method: 'PROPFIND' });
    const after = await scrape(service);
    const expected = {
      [requests('POST', '/api/memory/events', 201)]: 3,
      [requests('POST', '/api/memory/events', 400)]: 1,
      [requests('GET', '/api/memory/events/:id', 200)]: 1,
      [requests('GET', '/api/memory/events/:id', 404)]: 1,
      [requests('GET', '/api/memory/events', 401)]: 1,
      [requests('PUT', '/api/memory/preferences/:key', 200)]: 1,
      [requests('GET', '/api/health/live', 200)]: 1,
      [requests('HEAD', '/api/health/live', 200)]: 1,
      [requests('GET', 'none', 404)]: 1,
      [requests('other', 'none', 404)]: 1,
      // The scrape before, which was over only after it had counted.
      [requests('GET', '/api/metrics', 200)]: 1,
    };
    expect(increaseOf(before, after, REQUESTS)).toEqual(expected);
    expect(increaseOf(before, after, 'jarvis_memory_problems_total')).toEqual({
      'jarvis_memory_problems_total{code="validation_failed"}': 1,
      'jarvis_memory_problems_total{code="unauthorized"}': 1,
      'jarvis_memory_problems_total{code="not_found"}': 3,
    });
    expect(increaseOf(before, after, 'jarvis_memory_writes_total')).toEqual({
      'jarvis_memory_writes_total{outcome="committed"}': 4,
    });
    const durations = increaseOf(before, after, 'jarvis_memory_http_request_duration_seconds_count');
    expect(Object.values(durations).reduce((sum, count) => sum + count, 0)).toBe(
      Object.values(expected).reduce((sum, count) => sum + count, 0),
    );
    expect(increaseOf(before, after, 'jarvis_memory_commit_duration_seconds_count')).toEqual({
      jarvis_memory_commit_duration_seconds_count: 4,
    });
  });

  it('count what arrives at once exactly as well', async () => {
    const before = await scrape(service);
    await Promise.all(
      Array.from({ length: 100 }, (_, index) =>
        index % 2
          ? service.call('post', '/memory/events').send(anEvent()).expect(201)
          : service.call('get', '/memory/events').expect(200),
      ),
    );
    const after = await scrape(service);
    expect(increaseOf(before, after, `${REQUESTS}{method="POST"`)).toEqual({
      [requests('POST', '/api/memory/events', 201)]: 50,
    });
    expect(increaseOf(before, after, requests('GET', '/api/memory/events', 200))).toEqual({
      [requests('GET', '/api/memory/events', 200)]: 50,
    });
    const units = increaseOf(before, after, 'jarvis_memory_write_group_units');
    expect(units['jarvis_memory_write_group_units_sum']).toBe(50);
    expect(units['jarvis_memory_write_group_units_bucket{le="+Inf"}']).toBe(
      units['jarvis_memory_write_group_units_count'],
    );
  });

  itOnSqlite('count a caller who goes away before his answer', async () => {
    const before = await scrape(service);
    const lock = new Sqlite(service.file);
    lock.exec('BEGIN IMMEDIATE');
    // The wait for the lock ends by the clock.
    const clock = jest.spyOn(Date, 'now').mockReturnValue(Date.now());
    // The first write waits for the lock, and the second one in the queue: that it is there can be seen.
    const first = service.call('post', '/memory/events').send(anEvent()).expect(201).then();
    const body = JSON.stringify(anEvent());
    const socket = createConnection(Number(new URL(service.url).port), '127.0.0.1');
    socket.write(
      `POST /api/memory/events HTTP/1.1\r\nHost: jarvis\r\nAuthorization: Bearer ${service.token}\r\n` +
        `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
    await until(async () => (await scrape(service)).get('jarvis_memory_write_queue_depth') === 1);
    socket.destroy();
    const gone = requests('POST', '/api/memory/events', 499);
    await until(async () => (await scrape(service)).has(gone));
    clock.mockRestore();
    lock.close();
    await first;
    const risen = increaseOf(before, await scrape(service), `${REQUESTS}{method="POST"`);
    expect(risen).toEqual({ [gone]: 1, [requests('POST', '/api/memory/events', 201)]: 1 });
  });

  it('have as many series as there are routes, whatever is asked for', async () => {
    const known = new Set(Object.keys(describeApi(service.app).paths).map(patternOf));
    for (let index = 0; index < 200; index++) {
      const path = [
        `/memory/events/${index}`,
        `/hostile-${index}`,
        `/memory/${index}/x`,
        `/memory/events/%22${index}`,
      ];
      const methods = ['GET', 'POST', 'DELETE', 'PATCH', 'LOCK', 'REPORT', 'SEARCH'];
      await rawRequest(service.url, {
        path: `/api${path[index % path.length]!}`,
        method: methods[index % methods.length]!,
        headers: { Authorization: `Bearer ${service.token}` },
      });
    }
    const { text } = await service.call('get', '/metrics').expect(200);
    const series = [...samplesOf(text).keys()].filter((one) => one.startsWith(REQUESTS));
    const routes = new Set(series.map((one) => /route="([^"]*)"/.exec(one)![1]!));
    expect([...routes].filter((route) => route !== 'none' && !known.has(route))).toEqual([]);
    const methods = new Set(series.map((one) => /method="([^"]*)"/.exec(one)![1]!));
    expect(
      [...methods].filter((method) => !/^(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|other)$/.test(method)),
    ).toEqual([]);
    expect(text).not.toContain('hostile');
  });

  it('hold no secret, no path and nothing that was saved', async () => {
    await service
      .call('post', '/memory/events')
      .send(anEvent({ summary: 'unmistakable', node: 'pve-secret' }))
      .expect(201);
    await service.call('get', '/memory/events?node=pve-secret').expect(200);
    const { text } = await service.call('get', '/metrics').expect(200);
    for (const secret of [service.token, PASSWORD, SECRET, service.folder, 'unmistakable', 'pve-secret']) {
      expect(text).not.toContain(secret);
    }
  });

  it('say what runs, and how large the file and its log are', async () => {
    const samples = await scrape(service);
    const build = [...samples].find(([series]) => series.startsWith('jarvis_memory_build_info'));
    expect(build).toEqual([`jarvis_memory_build_info{version="${VERSION}",node="${process.version}"}`, 1]);
    const { body } = await service.callAnonymously('get', '/health').expect(200);
    expect(samples.get('jarvis_memory_database_bytes')).toBe(body.database.sizeBytes);
    if (isOnPostgres) expect(samples.has('jarvis_memory_wal_bytes')).toBe(false);
    else expect(samples.get('jarvis_memory_wal_bytes')).toBeGreaterThan(4096);
    if (!isOnPostgres) expect(samples.get('jarvis_memory_disk_free_bytes')).toBeGreaterThan(0);
    expect(samples.get('jarvis_memory_database_free_bytes')).toBe(isOnPostgres ? undefined : 0);
    expect(samples.get('jarvis_memory_write_queue_depth')).toBe(0);
    expect(samples.get('jarvis_memory_write_queue_capacity')).toBe(5000);
    expect(samples.get('jarvis_memory_event_loop_delay_seconds{percentile="99"}')).toBeGreaterThanOrEqual(0);
    expect(samples.get('nodejs_eventloop_lag_p99_seconds')).toBeGreaterThan(0);
    expect(samples.get('process_resident_memory_bytes')).toBeGreaterThan(1e6);
  });

  it('say how the components of the health are', async () => {
    const samples = await scrape(service);
    expect(samples.get('jarvis_memory_component_state{component="database"}')).toBe(0);
    expect(samples.get('jarvis_memory_component_state{component="writeQueue"}')).toBe(0);
  });
});

describe('Metrics that modules contribute', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await startService();
    const measures = service.app.get(Measures);
    let count = 0;
    measures.add({ name: 'test_gauge_bytes', help: 'A gauge.', read: () => 7 });
    measures.add({ name: 'test_late_seconds', help: 'Late.', read: () => Promise.resolve(0.5) });
    measures.add({ name: 'test_nothing_seconds', help: 'Nothing to show.', read: () => undefined });
    measures.add({
      name: 'test_things_total',
      help: 'A counter.',
      kind: 'counter',
      read: () => (count += 2),
    });
    measures.add({
      name: 'test_state',
      help: 'By label.',
      label: 'part',
      read: () =>
        new Map([
          ['a "quoted"\n\\ one', 1],
          ['b', 2],
        ]),
    });
    measures.add({
      name: 'test_broken_bytes',
      help: 'Fails.',
      read: () => {
        throw new Error('broken');
      },
    });
  });
  afterAll(() => service.destroy());

  it('are shown, those without a number left out, and one that fails hides no other', async () => {
    for (const things of [2, 4]) {
      const samples = await scrape(service);
      const found = [...samples].filter(([series]) => series.startsWith('jarvis_memory_test_'));
      expect(Object.fromEntries(found)).toEqual({
        jarvis_memory_test_gauge_bytes: 7,
        jarvis_memory_test_late_seconds: 0.5,
        jarvis_memory_test_things_total: things,
        'jarvis_memory_test_state{part="a \\"quoted\\"\\n\\\\ one"}': 1,
        'jarvis_memory_test_state{part="b"}': 2,
      });
    }
  });

  it('are the same for two who ask at once', async () => {
    const scrapes = await Promise.all(Array.from({ length: 10 }, () => scrape(service)));
    for (const samples of scrapes) expect(samples.get('jarvis_memory_test_state{part="b"}')).toBe(2);
  });
});

describe('The rows in the metrics', () => {
  it('are those of the file, soon after the first scrape', async () => {
    const folder = await temporaryFolder();
    const first = await startService({ folder });
    await first
      .call('post', '/memory/events/batch')
      .send({ events: [anEvent(), anEvent(), anEvent()] })
      .expect(201);
    await first.call('put', '/memory/preferences/ui.theme').send({ value: 'dark' }).expect(200);
    await first.stop();
    const service = await startService({ folder });
    let samples = await scrape(service);
    while (!samples.has('jarvis_memory_rows_counted_timestamp_seconds')) samples = await scrape(service);
    await service.destroy();
    expect(
      Object.fromEntries([...samples].filter(([series]) => series.startsWith('jarvis_memory_rows{'))),
    ).toEqual({
      'jarvis_memory_rows{table="events"}': 3,
      'jarvis_memory_rows{table="conversations"}': 0,
      'jarvis_memory_rows{table="cluster_snapshots"}': 0,
      'jarvis_memory_rows{table="preference_history"}': 1,
      'jarvis_memory_rows{table="preferences"}': 1,
    });
    expect(samples.get('jarvis_memory_rows_counted_timestamp_seconds')).toBeGreaterThan(1.7e9);
  });
});

describe('Metrics with a database that cannot be used', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await startUnusable();
  });
  afterAll(() => service.destroy());

  it('go on without numbers of the database, and say that it is down', async () => {
    await service.call('get', '/memory/events').expect(503);
    const samples = await scrape(service);
    expect(samples.get('jarvis_memory_component_state{component="database"}')).toBe(2);
    expect(samples.get(requests('GET', '/api/memory/events', 503))).toBe(1);
    expect(samples.get('jarvis_memory_problems_total{code="database_unavailable"}')).toBe(1);
    for (const name of [
      'write_queue_depth',
      'database_bytes',
      'wal_bytes',
      'rows_counted_timestamp_seconds',
    ]) {
      expect(samples.has(`jarvis_memory_${name}`)).toBe(false);
    }
  });
});

/** The path of an operation as Express has it. */
function patternOf(path: string): string {
  return path.replace(/\{(\w+)\}/g, ':$1');
}
