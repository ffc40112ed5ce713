import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BlockTexts, checkContent, Database } from '../src/database/index.js';
import { SnapshotsService, SnapshotsTextService } from '../src/snapshots/index.js';
import { aLargeSnapshot } from './factories/index.js';
import { expectProblem } from './factories/problem.js';
import { startService, type TestService } from './support/service.js';

const COUNT = 330;
const minute = (index: number): string => new Date(Date.UTC(2026, 10, 1, 0, index)).toISOString();

/** A state whose numbers change, and at times its guests. */
function textOf(index: number): string {
  const guests = Array.from(
    { length: index % 50 === 0 ? 3 : 2 },
    (_, guest) => `{"id":"qemu/${guest}","cpu":0.${1000 + index * (guest + 7)},"uptime":${60 * index}}`,
  );
  return `{"takenAt":"${minute(index)}","nodes":[{"cpu":1.50,"mem":12345678901234567890}],"guests":[${guests.join(',')}]}`;
}

describe('Snapshots that are packed', () => {
  let service: TestService;
  let texts: SnapshotsTextService;

  beforeAll(async () => {
    service = await startService();
    texts = service.app.get(SnapshotsTextService, { strict: false });
    await save(0, COUNT);
    await packed(COUNT - 80);
  });
  afterAll(() => service.destroy());

  /** Another program saves them at once; the service notices it with a write of its own. */
  async function save(from: number, to: number): Promise<void> {
    const indexes = Array.from({ length: to - from }, (_, place) => from + place);
    const rows = indexes.map((index) => `('${minute(index)}', '${textOf(index)}')`);
    await service.store.run(`INSERT INTO cluster_snapshots (timestamp, snapshot) VALUES ${rows.join(', ')}`);
    await touch();
  }
  const touch = (): Promise<unknown> => service.call('put', '/memory/preferences/touched').send({ value: 1 });

  /** Waits until so many rows are packed. */
  async function packed(count: number): Promise<void> {
    const text = `SELECT count(*) AS count FROM cluster_snapshots WHERE snapshot = '' AND block_id IS NOT NULL`;
    for (;;) {
      const [row] = await service.store.run<{ count: number }>(text);
      if (Number(row?.count) >= count) return;
      await sleep(50);
    }
  }

  const bodyOf = (index: number): string =>
    `{"id":${index + 1},"timestamp":"${minute(index)}","snapshot":${textOf(index)}}`;
  const blockOf = async (id: number): Promise<number> => {
    const [row] = await service.store.run<{ block: number }>(
      'SELECT block_id AS block FROM cluster_snapshots WHERE id = ?',
      id,
    );
    return Number(row?.block);
  };

  it('are answered as they were sent, one by one and in lists, with the sizes that they had', async () => {
    for (const index of [0, 1, 49, 50, 51, 119, 120, 239, 240, COUNT - 1]) {
      const { text } = await service.call('get', `/memory/snapshots/${index + 1}`).expect(200);
      expect(text).toBe(`{"snapshot":${bodyOf(index)}}`);
    }
    const full = await service.call('get', '/memory/snapshots?limit=100&until=' + minute(200)).expect(200);
    const expected = Array.from({ length: 100 }, (_, index) => bodyOf(199 - index));
    expect(full.text).toContain(`{"snapshots":[${expected.join(',')}]`);
    const meta = await service.call('get', '/memory/snapshots?view=meta&limit=100').expect(200);
    expect(meta.body.snapshots[99]).toEqual({
      id: COUNT - 99,
      timestamp: minute(COUNT - 100),
      bytes: textOf(COUNT - 100).length,
    });
  });

  it('are the same for services of the same process', async () => {
    const snapshots = service.app.get(SnapshotsService, { strict: false });
    const all = await snapshots.getSnapshotsSince(minute(0));
    expect(all.map(({ snapshot }) => snapshot)).toEqual(
      Array.from({ length: COUNT }, (_, index) => JSON.parse(textOf(COUNT - 1 - index))),
    );
    expect((await texts.getLatestSnapshot())?.snapshot).toMatchObject({ text: textOf(COUNT - 1) });
  });

  it('have the tags that they had before', async () => {
    await save(COUNT, COUNT + 80);
    const { headers } = await service.call('get', '/memory/snapshots/1').expect(200);
    await packed(COUNT + 60);
    const tag = String(headers['etag']);
    await service.call('get', '/memory/snapshots/1').set('If-None-Match', tag).expect(304);
  });

  it('are exported as they were sent', async () => {
    const { text } = await service.call('get', '/memory/export?kind=snapshot').expect(200);
    const lines = text.split('\n').filter((line) => line.startsWith('{"kind":"snapshot"'));
    expect(lines.slice(0, COUNT)).toEqual(
      Array.from({ length: COUNT }, (_, index) => bodyOf(index).replace('{', '{"kind":"snapshot",')),
    );
  });

  it('are packed before they are written where they are large', async () => {
    const snapshot = JSON.stringify(aLargeSnapshot(2));
    const { body } = await service
      .call('post', '/memory/snapshots')
      .type('json')
      .send(`{"snapshot":${snapshot},"timestamp":"2026-12-24"}`)
      .expect(201);
    const { id } = body.snapshot;
    expect(await blockOf(id)).toBeGreaterThan(0);
    expect(((await texts.getSnapshot(id))?.snapshot as { text: string }).text).toBe(snapshot);
    expect((await texts.getLatestSnapshot())?.id).toBe(id);
    const meta = await service.call('get', '/memory/snapshots?view=meta&limit=1').expect(200);
    expect(meta.body.snapshots[0].bytes).toBe(Buffer.byteLength(snapshot));
    await service.store.run('DELETE FROM cluster_snapshots WHERE id = ?', id);
  });

  it('stay where others of their block are deleted, and their block is made anew', async () => {
    const before = await blockOf(2);
    await service.store.run('DELETE FROM cluster_snapshots WHERE id % 3 <> 2 AND id <= 240');
    for (const id of [2, 5, 239]) {
      const { text } = await service.call('get', `/memory/snapshots/${id}`).expect(200);
      expect(text).toBe(`{"snapshot":${bodyOf(id - 1)}}`);
    }
    await service.call('get', '/memory/snapshots/3').expect(404);
    await touch();
    while ((await blockOf(2)) === before) await sleep(50);
    const gone = await service.store.run('SELECT id FROM snapshot_blocks WHERE id = ?', before);
    expect(gone).toEqual([]);
    for (const id of [2, 5, 239]) {
      const { text } = await service.call('get', `/memory/snapshots/${id}`).expect(200);
      expect(text).toBe(`{"snapshot":${bodyOf(id - 1)}}`);
    }
  });

  it('are read by many at once, and after a thread has died', async () => {
    const { packedTexts } = service.app.get(Database, { strict: false });
    const rows = await service.store.run<{ id: number | string }>(
      'SELECT id FROM cluster_snapshots WHERE block_id IS NOT NULL ORDER BY id LIMIT 150',
    );
    const ids = rows.map(({ id }) => Number(id));
    const readAll = () => Promise.all(ids.map((id) => service.app.get(SnapshotsService).getSnapshot(id)));
    const before = await readAll();
    const [thread] = packedTexts['threads']['threads'];
    await thread!['worker'].terminate();
    expect(await readAll()).toEqual(before);
    expect(before.map((snapshot) => snapshot?.id)).toEqual(ids);
  });

  it('are a problem that names the block where it is damaged, and all others are served', async () => {
    const block = await blockOf(300);
    const [kept] = await service.store.run<{ body: Buffer }>(
      'SELECT body FROM snapshot_blocks WHERE id = ?',
      block,
    );
    const flipped = Buffer.from(kept!.body);
    flipped[100]! ^= 4;
    await service.store.run('UPDATE snapshot_blocks SET body = ? WHERE id = ?', flipped, block);
    // What was opened before is served from memory.
    const database = service.app.get(Database, { strict: false });
    const opened = new BlockTexts(database);
    Reflect.set(database, 'packedTexts', opened);
    const { body } = await service.call('get', '/memory/snapshots/300').expect(500);
    expectProblem(body, 'data_damaged');
    expect(body.detail).toContain(`Block ${block} `);
    await service.call('get', `/memory/snapshots/${COUNT + 79}`).expect(200);
    const meta = await service.call('get', '/memory/snapshots?view=meta&limit=100').expect(200);
    expect(meta.body.snapshots).toHaveLength(100);
    const { findings } = await checkContent(database);
    expect(findings).toEqual([
      expect.stringMatching(
        `^snapshot_blocks: block ${block}, with \\d+ snapshots from .*: its bytes are not`,
      ),
    ]);
    await service.store.run('UPDATE snapshot_blocks SET body = ? WHERE id = ?', kept!.body, block);
    await service.call('get', '/memory/snapshots/300').expect(200);
    expect(await checkContent(database)).toMatchObject({
      findings: [],
      rows: { cluster_snapshots: expect.any(Number) },
    });
  });
});
