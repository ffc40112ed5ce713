import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import jsonPatch from 'fast-json-patch';
import { SnapshotHistory } from '../src/history/index.js';
import { expectProblem } from './factories/problem.js';
import { startService, type TestService } from './support/service.js';

let service: TestService;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.destroy());

const at = (minute: number): string => new Date(Date.UTC(2026, 10, 22, 2, minute)).toISOString();

async function save(snapshot: string, timestamp: string): Promise<number> {
  const { body } = await service
    .call('post', '/memory/snapshots')
    .type('json')
    .send(`{"snapshot":${snapshot},"timestamp":"${timestamp}"}`)
    .expect(201);
  return body.snapshot.id;
}

const cluster = (more: object = {}, cpu = 0.1): string =>
  JSON.stringify({
    quorate: 1,
    data: [
      { id: 'node/pve1', type: 'node', node: 'pve1', status: 'online', cpu, uptime: cpu * 1000 },
      { id: 'lxc/104', type: 'lxc', vmid: 104, name: 'dns', node: 'pve1', status: 'running', cpu, ...more },
    ],
  });

const diff = async (query: string) =>
  (await service.call('get', `/memory/snapshots/diff?${query}`).expect(200)).body;

describe('Before there is a snapshot', () => {
  it('nothing was in force, and there is nothing to compare', async () => {
    const none = await service.call('get', `/memory/snapshots/at?time=${at(0)}`).expect(404);
    expectProblem(none.body, 'not_found');
    expect(none.body.detail).toBe('No snapshot of the cluster is stored.');
    expectProblem((await service.call('get', '/memory/snapshots/diff?from=1').expect(404)).body, 'not_found');
  });
});

describe('Snapshots at a time', () => {
  let ids: number[];
  beforeAll(async () => {
    ids = [
      await save(cluster(), at(0)),
      await save(cluster({}, 0.3), at(1)),
      await save(cluster({ status: 'stopped' }), at(2)),
      // Two in one millisecond: the one that came later is in force.
      await save(cluster({ status: 'stopped', name: 'dns2' }), at(2)),
    ];
  });

  it('are the latest that are not after it, with their age', async () => {
    const read = async (time: string) =>
      (await service.call('get', `/memory/snapshots/at?time=${time}`).expect(200)).body;
    expect(await read(at(1))).toMatchObject({ snapshot: { id: ids[1], timestamp: at(1) }, ageSeconds: 0 });
    const between = await read('2026-11-22T03:01:30.500%2B01:00');
    expect(between).toMatchObject({
      snapshot: { id: ids[1], snapshot: JSON.parse(cluster({}, 0.3)) },
      ageSeconds: 30.5,
      coverage: { from: at(1), to: '2026-11-22T02:01:30.500Z' },
    });
    expect((await read(at(2))).snapshot.id).toBe(ids[3]);
    expect((await read('9999-12-31')).snapshot.id).toBe(ids[3]);
  });

  it('are not known before the first, and the answer says from when on they are', async () => {
    const { body } = await service.call('get', '/memory/snapshots/at?time=2026-11-22').expect(404);
    expectProblem(body, 'not_found');
    expect(body.detail).toBe(`No snapshot is so old: the earliest known time is ${at(0)}.`);
  });

  it('differ by what happened between them, for people and as a patch', async () => {
    const answer = await diff(`from=${at(0)}&to=${at(2)}`);
    expect(answer).toMatchObject({
      from: { id: ids[0], timestamp: at(0) },
      to: { id: ids[3], timestamp: at(2) },
      summary: [
        {
          text: 'guest lxc/104 (dns2) was renamed: it was dns',
          kind: 'guest.renamed',
          subject: 'lxc/104',
          node: 'pve1',
        },
        { text: 'guest lxc/104 (dns2) went from running to stopped', kind: 'guest.stopped' },
      ],
      noise: null,
      counts: { operations: 2, added: 0, removed: 0, changed: 2, moved: 0, noise: 0 },
      truncated: false,
      coverage: { from: at(0), to: at(2) },
    });
    const patched = jsonPatch.applyPatch(JSON.parse(cluster()), answer.changes).newDocument;
    expect(patched).toEqual(JSON.parse(cluster({ status: 'stopped', name: 'dns2' })));
    expect(await diff(`from=${String(ids[0])}&to=${String(ids[3])}`)).toMatchObject({
      changes: answer.changes,
    });
  });

  it('differ by noise in one line, or in one for each thing', async () => {
    const query = `from=${String(ids[0])}&to=${at(1)}`;
    const noise = '3 values that always move: cpu, uptime';
    expect(await diff(query)).toMatchObject({ summary: [], noise, counts: { operations: 3, noise: 3 } });
    const { summary } = await diff(`${query}&noise=true`);
    expect(summary.map(({ text }: { text: string }) => text)).toEqual([
      'node/pve1: cpu, uptime moved',
      'lxc/104: cpu moved',
    ]);
  });

  it('differ by nothing from themselves, and from the newest where no other is named', async () => {
    expect(await diff(`from=${at(1)}&to=${at(1)}`)).toMatchObject({ summary: [], noise: null, changes: [] });
    expect(await diff(`from=${String(ids[2])}`)).toMatchObject({ to: { id: ids[3] } });
    // After the last one that is still in force.
    expect(await diff('from=2030-01-01&to=2031-01-01')).toMatchObject({ from: { id: ids[3] }, changes: [] });
    expect(await diff('from=2030-01-01')).toMatchObject({ from: { id: ids[3] }, changes: [] });
  });

  it.each([
    ['to before from', `from=${at(2)}&to=${at(1)}`, 'to'],
    ['ids in the other order', 'from=3&to=1', 'to'],
    ['a time that is none', 'from=yesterday', 'from'],
    ['the id 0', 'from=0', 'from'],
    ['a negative id', 'from=-1', 'from'],
    ['no from', `to=${at(1)}`, 'from'],
    ['noise that is no flag', `from=1&noise=much`, 'noise'],
    ['an unknown parameter', `from=1&limit=5`, 'limit'],
  ])('are not compared with %s', async (_, query, field) => {
    const { body } = await service.call('get', `/memory/snapshots/diff?${query}`).expect(400);
    expectProblem(body, 'validation_failed', [field]);
  });

  it('are not found by an id that no snapshot has, or a time before all', async () => {
    for (const query of ['from=1&to=999999', 'from=999999', 'from=2020-01-01'])
      expectProblem(
        (await service.call('get', `/memory/snapshots/diff?${query}`).expect(404)).body,
        'not_found',
      );
    expectProblem((await service.call('get', '/memory/snapshots/at').expect(400)).body, 'validation_failed', [
      'time',
    ]);
  });

  it('are gone where a rule of retention has forgotten one', async () => {
    await service.store.run(`INSERT INTO forgotten_ranges
      (kind, rule, "from", until, first_id, last_id, since, "at", "rows", "keys") VALUES
      ('snapshot', 'keep-last', '2026-01-01T00:00:00.000Z', '2026-01-02T00:00:00.000Z', 5000, 5001,
        '2026-02-01T00:00:00.000Z', '2026-02-01T00:00:00.000Z', 2, '')`);
    const { body } = await service.call('get', '/memory/snapshots/diff?from=5001').expect(410);
    expectProblem(body, 'gone');
  });

  it('are there for a caller in the process', async () => {
    const history = service.app.get(SnapshotHistory);
    const { snapshot } = await history.at(new Date(at(1)));
    expect(snapshot).toMatchObject({ id: ids[1], snapshot: { quorate: 1 } });
    const { summary, changes } = await history.diff({ from: at(1), to: at(2) });
    expect(summary.map(({ kind }) => kind)).toEqual(['guest.renamed', 'guest.stopped']);
    expect(changes).toContainEqual({ op: 'replace', path: '/data/1/name', value: 'dns2' });
    await expect(history.diff({})).rejects.toMatchObject({ code: 'validation_failed' });
  });

  it('have lines of what changed a moment later', async () => {
    const lines = async (): Promise<unknown[]> =>
      service.store.run('SELECT * FROM snapshot_changes ORDER BY snapshot_id');
    while ((await service.store.run('SELECT id FROM snapshots_to_compare')).length > 0)
      await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await lines()).toMatchObject([
      { snapshot_id: ids[2], timestamp: at(2) },
      { snapshot_id: ids[3], timestamp: at(2) },
    ]);
  });
});

describe('Odd states', () => {
  const later = (minute: number): string => at(60 + minute);

  it.each([
    ['numbers past 2^53', '{"n":12345678901234567890,"m":1.10}', '{"n":12345678901234567891,"m":1.1}'],
    ['nothing at all', '{"a":[1,2]}', '{}'],
    [
      'duplicate identities',
      '{"d":[{"id":1,"x":1},{"id":1,"x":2}]}',
      '{"d":[{"id":1,"x":1},{"id":1,"x":3},{"id":1}]}',
    ],
    ['an identity that changes its type', '{"d":[{"id":1}]}', '{"d":[{"id":"1"}]}'],
    ['names of JavaScript', '{"constructor":1,"toString":{}}', '{"constructor":2,"toString":[]}'],
  ])('differ to the letter: %s', async (_, before, after) => {
    const [from, to] = [await save(before, later(1)), await save(after, later(2))];
    const { text } = await service.call('get', `/memory/snapshots/diff?from=${from}&to=${to}`).expect(200);
    const digits = /1234567890123456789\d/.exec(after)?.[0];
    if (digits) expect(text).toContain(`"changes":[{"op":"replace","path":"/n","value":${digits}}]`);
    const { changes, summary } = JSON.parse(text);
    expect(jsonPatch.applyPatch(JSON.parse(before), changes).newDocument).toEqual(JSON.parse(after));
    expect(summary.length).toBeGreaterThan(0);
  });

  it('of an array or a text, as the first backend had them, are replaced', async () => {
    await service.store.run(`INSERT INTO cluster_snapshots ("timestamp", snapshot) VALUES
      ('2026-11-22T05:00:00.000Z', '[1]'), ('2026-11-22T05:01:00.000Z', 'all is fine')`);
    const answer = await diff('from=2026-11-22T05:00:00Z&to=2026-11-22T05:01:00Z');
    expect(answer.changes).toEqual([{ op: 'replace', path: '', value: 'all is fine' }]);
    expect(answer.summary).toMatchObject([{ text: 'the document was changed', kind: 'structure.changed' }]);
  });

  it('of 199 000 values in another order and with others are compared up to 10 000 operations', async () => {
    const values = (seed: number): string =>
      JSON.stringify({
        list: Array.from({ length: 49_000 }, (_, index) => ({ id: (index * seed) % 49_000, seed })),
      });
    const [from, to] = [await save(values(1), later(3)), await save(values(11), later(4))];
    const answer = await diff(`from=${from}&to=${to}`);
    expect(answer.changes).toMatchObject([{ op: 'replace', path: '/list' }]);
    const shifted = JSON.stringify({ list: Array.from({ length: 49_000 }, (_, id) => ({ id, seed: 2 })) });
    const last = await save(shifted, later(5));
    const cut = await diff(`from=${from}&to=${last}`);
    expect(cut).toMatchObject({ truncated: true, counts: { operations: 49_000 } });
    expect(cut.changes).toHaveLength(10_000);
  });
});
