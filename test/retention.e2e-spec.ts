import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EventsService } from '../src/events/index.js';
import {
  RetentionRun,
  StorageService,
  type RetentionDto,
  type RetentionPreviewDto,
} from '../src/retention/index.js';
import { aMessage, anEvent } from './factories/index.js';
import { expectProblem } from './factories/problem.js';
import { askUncached } from './support/health.js';
import { until } from './support/instances.js';
import { startService, type TestService } from './support/service.js';

const DAY = 86_400_000;
const ago = (days: number, minutes = 0): string =>
  new Date(Date.now() - days * DAY - minutes * 60_000).toISOString();

describe('Retention', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startService({ environment: { RETENTION_TIME_ZONE: 'Europe/Berlin' } });
  });
  afterAll(() => service.destroy());

  const saveEvent = async (parts: object, resolved = true): Promise<number> => {
    const { body } = await service.call('post', '/memory/events').send(anEvent(parts)).expect(201);
    const { id } = body.event as { id: number };
    if (resolved) await service.call('post', `/memory/events/${id}/resolve`).expect(200);
    return id;
  };
  const saveSnapshot = async (timestamp: string, state: object = { nodes: [] }): Promise<number> => {
    const call = service.call('post', '/memory/snapshots').send({ timestamp, snapshot: state });
    return ((await call.expect(201)).body.snapshot as { id: number }).id;
  };
  const preview = async (rules: object): Promise<RetentionPreviewDto> =>
    (await service.call('post', '/admin/retention/preview').send(rules).expect(200)).body.preview;
  const set = async (rules: object): Promise<RetentionDto> =>
    (await service.call('put', '/admin/retention').send(rules).expect(200)).body.retention;
  const run = () => service.app.get(RetentionRun).run();
  /** What is not compared yet does not go. */
  const compared = (): Promise<void> => until(async () => (await count('snapshots_to_compare')) === 0);
  const count = async (table: string): Promise<number> => {
    const [row] = await service.store.run<{ rows: number }>(`SELECT count(*) AS "rows" FROM ${table}`);
    return Number(row!.rows);
  };

  it('is off: without rules nothing is forgotten, and nothing is previewed', async () => {
    await saveEvent({ timestamp: ago(4000) });
    const { body } = await service.call('get', '/admin/retention').expect(200);
    expect(body.retention).toMatchObject({
      snapshots: { rule: null, source: null },
      budget: { rule: null, source: null },
      timeZone: 'Europe/Berlin',
      nextRunAt: null,
      lastRun: null,
    });
    expect(await run()).toBeUndefined();
    expect((await preview({})).classes.map(({ goes }) => goes)).toEqual([0, 0, 0]);
    const health = (await service.callAnonymously('get', '/health')).body;
    expect(health.components.retention).toMatchObject({
      state: 'up',
      detail: 'No rules: nothing is forgotten.',
    });
  });

  it('forgets resolved events by age and severity, says so before and after, and answers 410', async () => {
    const old = await saveEvent({ severity: 'info', timestamp: ago(100) });
    const open = await saveEvent({ severity: 'info', timestamp: ago(100) }, false);
    const error = await saveEvent({ severity: 'error', timestamp: ago(100) });
    const young = await saveEvent({ severity: 'info', timestamp: ago(80) });
    for (let more = 0; more < 8; more++) await saveEvent({ severity: 'warning', timestamp: ago(1) });
    const rules = { events: 'info=90d,error=1y' };
    const events = (await preview(rules)).classes.find((one) => one.class === 'events')!;
    // The one of the test before is an alert of another severity, or info: all that is older.
    expect(events.goes).toBeGreaterThanOrEqual(1);
    expect(events.needsConfirm).toBe(false);
    expect(events.bytesFreed).toBeGreaterThan(0);
    expect(events.completeAfter! >= ago(101)).toBe(true);
    await set(rules);
    expect(await service.call('get', `/memory/events/${old}`)).toMatchObject({ status: 200 });
    expect((await run())!.forgotten.events).toBe(events.goes);
    for (const id of [open, error, young]) await service.call('get', `/memory/events/${id}`).expect(200);
    const { body } = await service.call('get', `/memory/events/${old}`).expect(410);
    expectProblem(body, 'gone');
    expect(body.detail).toMatch(
      /^This event was forgotten (at|between) \d{4}-.* by the rule events info=90d\.$/,
    );
    await service.call('post', `/memory/events/${old}/resolve`).expect(410);
    await service.call('get', `/memory/events/${young + 1000}`).expect(404);
    expect(await service.app.get(EventsService).getEvent(old)).toBeNull();
    const [reported] = (await service.call('get', '/memory/events?type=action&limit=1').expect(200)).body
      .events;
    expect(reported).toMatchObject({ source: 'jarvis', severity: 'info', resolved: true });
    expect(reported.summary).toBe(`Retention has forgotten ${events.goes} events`);
    expect(reported.details.forgotten).toEqual({ snapshots: 0, events: events.goes, conversations: 0 });
    expect((await run())!.forgotten.events).toBe(0);
    await set({});
  });

  it('thins snapshots as Proxmox does, needs a confirmation for most of them, and keeps both sides of a change', async () => {
    const ids: number[] = [];
    for (let minute = 20; minute > 0; minute--) ids.push(await saveSnapshot(ago(0, minute)));
    await compared();
    await service.store.run('DELETE FROM snapshot_changes');
    const changed = ids[10]!;
    await service.store.run(
      `INSERT INTO snapshot_changes SELECT id, "timestamp", '[]' FROM cluster_snapshots WHERE id = ${changed}`,
    );
    const rules = { snapshots: { 'keep-last': 5 } };
    const [snapshots] = (await preview(rules)).classes;
    expect(snapshots).toMatchObject({ class: 'snapshots', rows: 20, goes: 13, needsConfirm: true });
    const refused = await service.call('put', '/admin/retention').send(rules).expect(409);
    expect(refused.body.detail).toContain('more than half of snapshots');
    expect((await service.call('get', '/admin/retention')).body.retention.snapshots.rule).toBeNull();
    await set({ ...rules, confirm: true });
    expect((await run())!.forgotten.snapshots).toBe(13);
    const left = (await service.call('get', '/memory/snapshots?view=meta').expect(200)).body.snapshots;
    expect(left.map(({ id }: { id: number }) => id)).toEqual(
      [19, 18, 17, 16, 15, 10, 9].map((at) => ids[at]),
    );
    await service.call('get', `/memory/snapshots/${ids[0]!}`).expect(410);
    await compared();
    await service.store.run('DELETE FROM snapshot_changes');
    expect((await run())!.forgotten.snapshots).toBe(2);
    expect(await count('cluster_snapshots')).toBe(5);
    await set({});
  });

  it('counts ages from before the clock jumped ahead, says so in health, and believes it after a day', async () => {
    const old = await saveEvent({ severity: 'warning', timestamp: ago(100) });
    for (let more = 0; more < 4; more++) await saveEvent({ severity: 'warning', timestamp: ago(1) });
    const isKnown = (known: object) =>
      service.store.run(
        `UPDATE retention_settings SET value = '${JSON.stringify(known)}' WHERE name = 'clock'`,
      );
    const condition = async () => {
      const { body } = await askUncached(() => service.callAnonymously('get', '/health'));
      return body.components.retention as { state: string; detail: string };
    };
    await set({ events: 'warning=90d,error=90d' });
    await service.app.get(RetentionRun).look();
    await isKnown({ believed: ago(30) });
    expect((await preview({})).classes.find((one) => one.class === 'events')!.goes).toBe(0);
    expect((await run())!.forgotten.events).toBe(0);
    expect(await condition()).toMatchObject({
      state: 'degraded',
      detail: expect.stringContaining(`and said ${ago(30).slice(0, 10)}`),
    });
    await service.call('get', `/memory/events/${old}`).expect(200);
    await isKnown({ believed: ago(30), doubted: { since: ago(1.1), last: ago(0.1) } });
    expect((await run())!.forgotten.events).toBeGreaterThan(0);
    await service.call('get', `/memory/events/${old}`).expect(410);
    expect(await condition()).toMatchObject({ state: 'up' });
    await set({});
  });

  it('forgets whole conversations, also long ones, and knows their names for the answer', async () => {
    for (let message = 0; message < 45; message++)
      await service
        .call('post', '/memory/conversations')
        .send(aMessage({ sessionId: 'old', timestamp: ago(60, message), tokensUsed: 1 }))
        .expect(201);
    for (let message = 0; message < 60; message++)
      await service
        .call('post', '/memory/conversations')
        .send(aMessage({ sessionId: 'young', timestamp: ago(message), tokensUsed: 1 }))
        .expect(201);
    await set({ conversations: '30d' });
    const before = await service.call('get', '/memory/conversations/young?limit=1').expect(200);
    expect((await run())!.forgotten).toEqual({ snapshots: 0, events: 0, conversations: 45 });
    const { body } = await service.call('get', '/memory/conversations/old').expect(410);
    expect(body.detail).toContain('by the rule conversations 30d.');
    await service.call('get', '/memory/conversations/never').expect(404);
    expect((await service.call('get', '/memory/conversations/young?limit=1')).body).toEqual(before.body);
    const { sessions } = (await service.call('get', '/memory/conversations').expect(200)).body;
    expect(sessions).toMatchObject([{ sessionId: 'young', messageCount: 60, tokensUsed: 60 }]);
    const usage = (await service.call('get', '/memory/usage?groupBy=session&since=2020-01-01').expect(200))
      .body;
    expect(usage.total.messageCount).toBe(60);
    await set({});
  });

  it('keeps a budget: snapshots first, then resolved events, and says where it cannot', async () => {
    const state = { text: 'x'.repeat(20_000) };
    for (let minute = 0; minute < 3; minute++) await saveSnapshot(ago(1, minute), state);
    await compared();
    await service.app.get(StorageService).sizes(true);
    const found = await preview({ budget: '16MB' });
    expect(found.missingBytes).toBe(0);
    expect(found.classes.map(({ goes }) => goes)).toEqual([0, 0, 0]);
    expect(found.totalBytes).toBeGreaterThan(60_000);
    await service.store.run(`UPDATE retention_settings SET value = '{"budget":"16MB"}' WHERE name = 'rules'`);
    const { body } = await service.call('get', '/admin/storage').expect(200);
    expect(body.storage).toMatchObject({ budgetBytes: 16 * 2 ** 20 });
    expect(body.storage.totalBytes).toBe(
      ['rowBytes', 'indexBytes', 'blockBytes', 'otherBytes'].reduce(
        (sum, part) => sum + Number(body.storage[part]),
        0,
      ),
    );
    const { kinds } = body.storage;
    expect(kinds.map(({ kind }: { kind: string }) => kind)).toEqual(['event', 'snapshot', 'message']);
    const bytes = kinds.reduce((sum: number, kind: { bytes: number }) => sum + kind.bytes, 0);
    expect(bytes).toBeGreaterThan(0);
    expect(bytes).toBeLessThan(body.storage.totalBytes);
    expect(kinds[1].bytesPerDay).toHaveLength(14);
    expect(body.storage.growth.bytesPerDay).toBeGreaterThan(0);
    expect(body.storage.untilBudget.days).toBeGreaterThan(0);
    await set({});
  });

  it('measures the memory from time to time, and forecasts from that', async () => {
    const storage = service.app.get(StorageService);
    await storage.takeSample();
    await storage.takeSample();
    expect(await count('storage_samples')).toBe(1);
    await service.store
      .run(`INSERT INTO storage_samples ("at", row_bytes, index_bytes, block_bytes, written_bytes)
      VALUES ('${ago(5)}', 0, 0, 0, NULL), ('${ago(4)}', 1000, 500, 500, 40000), ('${ago(3)}', 3000, 1000, 1000, NULL),
        ('${ago(2)}', 4000, 1000, 1000, NULL), ('${ago(1)}', 4000, 1000, 1000, NULL)`);
    const { body } = await service.call('get', '/admin/storage').expect(200);
    expect(body.storage.growth).toMatchObject({ days: 4, low: 0 });
    expect(body.storage.writtenBytesPerDay).toBeGreaterThanOrEqual(8000);
    await service.store.run('DELETE FROM storage_samples');
  });

  it.each([
    [{ snapshots: 'keep-last=-1' }, 'snapshots'],
    [{ snapshots: { 'keep-last': -1 } }, 'snapshots'],
    [{ snapshots: { 'keep-last': 0 } }, 'snapshots'],
    [{ snapshots: ['keep-last=5'] }, 'snapshots'],
    [{ snapshots: 5 }, 'snapshots'],
    [{ events: 'info=1y,critical=30d' }, 'events'],
    [{ events: 'info=-5d' }, 'events'],
    [{ conversations: '1s' }, 'conversations'],
    [{ budget: '-2GB' }, 'budget'],
    [{ budget: '1MB' }, 'budget'],
    [{ timeZone: 'Mars/Olympus' }, 'timeZone'],
    [{ preferences: '30d' }, 'preferences'],
    [{ confirm: 'yes' }, 'confirm'],
  ])('refuses %j', async (body, field) => {
    const answer = await service.call('put', '/admin/retention').send(body).expect(400);
    expect(answer.body.errors).toMatchObject([{ field }]);
  });
});

describe('Retention by the environment', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startService({
      environment: { RETENTION_EVENTS: 'info=1d', RETENTION_SCHEDULE: '0 0 1 1 *' },
    });
  });
  afterAll(() => service.destroy());

  it('waits where it needs a confirmation, and health says for what', async () => {
    for (let more = 0; more < 3; more++) {
      const { id } = await service.app
        .get(EventsService)
        .saveEvent(anEvent({ severity: 'info', timestamp: ago(5) }));
      await service.app.get(EventsService).resolveEvent(id);
    }
    const run = () => service.app.get(RetentionRun).run();
    expect(await run()).toMatchObject({ forgotten: { events: 0 }, waiting: ['events'] });
    const health = (await askUncached(() => service.callAnonymously('get', '/health'))).body;
    expect(health.components.retention).toMatchObject({ state: 'degraded' });
    expect(health.components.retention.detail).toContain('More than half of events would go');
    const { body } = await service.call('put', '/admin/retention').send({ confirm: true }).expect(200);
    expect(body.retention.events).toEqual({ rule: 'info=1d', source: 'environment' });
    expect(await service.call('get', '/admin/retention')).toMatchObject({ status: 200 });
    const agreed = (await askUncached(() => service.callAnonymously('get', '/health'))).body;
    expect(agreed.components.retention).toMatchObject({ state: 'up' });
    expect(await run()).toMatchObject({ forgotten: { events: 3 }, waiting: [] });
  });
});

describe('The memory of a service that stops', () => {
  it('is measured the next time', async () => {
    const service = await startService();
    const storage = service.app.get(StorageService);
    await service.destroy();
    await expect(storage.takeSample()).resolves.toBeUndefined();
    await expect(storage.sizes()).rejects.toThrow();
  });
});
