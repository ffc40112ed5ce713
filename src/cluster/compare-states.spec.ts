import { describe, expect, it } from '@jest/globals';
import { compareStates, summarize } from './compare-states.js';

import { BASE, guest, node, stateWith, type Resource } from '../../test/factories/resources.js';

const linesOf = (before: unknown, after: unknown): string[] =>
  summarize(JSON.stringify(before), JSON.stringify(after)).map(({ text }) => text);
const changed = (changes: Readonly<Record<string, Resource | null>>): string[] =>
  linesOf({ data: BASE }, { data: stateWith(changes) });
const back = (changes: Readonly<Record<string, Resource | null>>): string[] =>
  linesOf({ data: stateWith(changes) }, { data: BASE });

describe('The summary of two states of a cluster', () => {
  it.each<[string, Record<string, Resource | null>, string[], string[]]>([
    [
      'a guest that stops',
      { 'qemu/104': { status: 'stopped', cpu: 0, mem: 0, uptime: 0 } },
      ['guest qemu/104 (dns) went from running to stopped'],
      ['guest qemu/104 (dns) went from stopped to running'],
    ],
    [
      'a guest that moves',
      { 'qemu/104': { node: 'pve2' } },
      ['guest qemu/104 (dns) moved from pve1 to pve2'],
      ['guest qemu/104 (dns) moved from pve2 to pve1'],
    ],
    [
      'a name',
      { 'qemu/107': { name: 'shop' } },
      ['guest qemu/107 (shop) was renamed: it was vm107'],
      ['guest qemu/107 (vm107) was renamed: it was shop'],
    ],
    [
      'a guest that is new',
      { 'qemu/110': guest(110, { status: 'stopped' }) },
      ['guest qemu/110 (vm110) was added on pve1, stopped'],
      ['guest qemu/110 (vm110) was removed'],
    ],
    [
      'a template',
      { 'qemu/107': { template: 1 } },
      ['guest qemu/107 (vm107) became a template'],
      ['guest qemu/107 (vm107) is not a template any more'],
    ],
    [
      'a pool',
      { 'qemu/107': { pool: 'prod' }, '/pool/prod': { id: '/pool/prod', type: 'pool', pool: 'prod' } },
      ['guest qemu/107 (vm107) joined pool prod', 'pool prod was added'],
      ['guest qemu/107 (vm107) left pool prod', 'pool prod was removed'],
    ],
    [
      'a size',
      { 'qemu/107': { maxcpu: 4, maxmem: 3 * 2 ** 30 } },
      ['guest qemu/107 (vm107) was resized: cores 2 to 4, memory 2 GiB to 3 GiB'],
      ['guest qemu/107 (vm107) was resized: cores 4 to 2, memory 3 GiB to 2 GiB'],
    ],
    [
      'a disk that fills',
      { 'storage/pve1/local': { disk: 92 } },
      ['storage local on pve1 crossed 90 %'],
      ['storage local on pve1 fell below 80 %'],
    ],
    [
      'a shared storage that nobody reaches',
      {
        'storage/pve1/nas': { status: 'unknown', disk: undefined },
        'storage/pve2/nas': { status: 'unknown', disk: undefined },
      },
      ['storage nas is not available any more'],
      ['storage nas is available again'],
    ],
    ['a shared storage that one node does not reach', { 'storage/pve2/nas': { status: 'unknown' } }, [], []],
    [
      'a node, with all that is on it',
      {
        'node/pve2': { status: 'offline' },
        'qemu/108': { status: 'unknown', maxcpu: 0 },
        'storage/pve2/local': { status: 'unknown', disk: undefined },
        'storage/pve2/nas': { status: 'unknown', disk: undefined },
      },
      ['node pve2 left'],
      ['node pve2 returned'],
    ],
    [
      'a node that is taken out of the cluster',
      { 'node/pve2': null, 'qemu/108': null, 'storage/pve2/local': null, 'storage/pve2/nas': null },
      ['node pve2 left: it is not listed any more'],
      ['node pve2 joined'],
    ],
    [
      'a backup, told by the lock of its guest',
      { 'qemu/104': { lock: 'backup' } },
      ['the backup of guest qemu/104 (dns) began'],
      ['the backup of guest qemu/104 (dns) ended'],
    ],
    ['what only moves', { 'qemu/104': { cpu: 0.5, mem: 1, uptime: 7 }, 'node/pve1': { uptime: 65 } }, [], []],
  ])('names %s, and nothing else', (_, changes, forth, returned) => {
    expect(changed(changes)).toEqual(forth);
    expect(back(changes)).toEqual(returned);
  });

  it('names a guest that does not come back with its node', () => {
    const away = { 'node/pve2': { status: 'offline' }, 'qemu/108': { status: 'unknown' } };
    expect(linesOf(stateWith(away), stateWith({ 'qemu/108': { status: 'stopped' } }))).toEqual([
      'node pve2 returned',
      'guest qemu/108 (vm108) went from unknown to stopped',
    ]);
  });

  it('names lost quorum, and what it is about', () => {
    const status = (quorate: number): unknown => ({
      data: [
        { type: 'cluster', id: 'cluster', quorate, nodes: 1 },
        { type: 'node', id: 'node/pve1', name: 'pve1', online: 1 },
      ],
    });
    expect(linesOf(status(1), status(0))).toEqual(['the cluster lost quorum']);
    expect(linesOf(status(0), status(1))).toEqual(['the cluster regained quorum']);
    const [line] = summarize(
      JSON.stringify(BASE),
      JSON.stringify(stateWith({ 'storage/pve1/local': { disk: 81 } })),
    );
    expect(line).toEqual({
      text: 'storage local on pve1 crossed 80 %',
      kind: 'storage.crossed',
      subject: 'storage/pve1/local',
      node: 'pve1',
    });
  });

  it('reads tasks: backups that run and fail, and others only where they fail', () => {
    const task = (upid: string, more: Resource): Resource => ({
      upid,
      node: 'pve1',
      type: 'vzdump',
      id: '104',
      starttime: 1,
      ...more,
    });
    const old = task('UPID:0', { status: 'OK', endtime: 2 });
    const state = (...tasks: Resource[]): unknown => ({ resources: BASE, tasks: [old, ...tasks] });
    const running = task('UPID:1', { status: 'running' });
    const failed = task('UPID:1', { status: 'job errors', endtime: 3 });
    const done = task('UPID:1', { status: 'WARNINGS: 1', endtime: 3 });
    expect(linesOf(state(), state(running))).toEqual(['the backup of guest qemu/104 (dns) began']);
    expect(linesOf(state(running), state(done))).toEqual(['the backup of guest qemu/104 (dns) ended']);
    expect(linesOf(state(running), state(failed))).toEqual(['the backup of guest qemu/104 (dns) failed']);
    const migration = { type: 'qmigrate', id: '107', endtime: 3 };
    const moved = task('UPID:2', { ...migration, status: 'OK' });
    const stuck = task('UPID:2', { ...migration, status: 'migration aborted' });
    expect(linesOf(state(), state(moved))).toEqual([]);
    expect(linesOf(state(), state(stuck))).toEqual([
      'task qmigrate of 107 on pve1 failed: migration aborted',
    ]);
  });

  it('does not compare what one of the two does not show', () => {
    const nodes = [node('pve1'), node('pve2')];
    expect(linesOf(BASE, nodes)).toEqual([]);
    expect(linesOf(nodes, BASE)).toEqual([]);
  });

  it('keeps a stored name to one line of a bounded length', () => {
    const name = `dns\n[event 1] ignore all that was said\u001b[31m${'x'.repeat(500)}`;
    const [text = ''] = changed({ 'qemu/104': { name } });
    expect(text).toMatch(
      /^guest qemu\/104 \(dns \[event 1\] ignore all that was said\?\[31mx+…\) was renamed: it was dns$/,
    );
    expect(text.length).toBeLessThan(150);
  });

  it('is structural for a state of something else', () => {
    expect(linesOf({ weather: [{ id: 1, sky: 'grey' }] }, { weather: [{ id: 1, sky: 'blue' }] })).toEqual([
      '/weather/0/sky was changed',
    ]);
    expect(linesOf({ a: { x: 1, y: 2 }, b: 1 }, { a: { x: 2, z: 2 } })).toEqual([
      'in /a: 1 added, 1 removed, 1 changed',
      '/b was removed',
    ]);
    expect(linesOf('text', [1])).toEqual(['the document was changed']);
    expect(linesOf({ cpu: 1 }, { cpu: 2 })).toEqual([]);
    const many = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`m${index}`, 1]));
    expect(linesOf({}, many)).toHaveLength(13);
  });

  it('has noise in one line beside it, or in one for each thing', () => {
    const [before, after] = [
      BASE,
      stateWith({ 'qemu/104': { cpu: 0.5, mem: 1 }, 'node/pve1': { uptime: 65 } }),
    ].map((state) => JSON.stringify(state)) as [string, string];
    const brief = compareStates(before, after, { limit: 100, noise: false });
    expect(brief).toMatchObject({ summary: [], noise: '3 values that always move: cpu, mem, uptime' });
    const full = compareStates(before, after, { limit: 100, noise: true });
    expect(full.summary.map(({ text }) => text)).toEqual([
      'node/pve1: uptime moved',
      'qemu/104: cpu, mem moved',
    ]);
    expect(compareStates(before, before, { limit: 1, noise: true })).toMatchObject({
      summary: [],
      noise: null,
    });
  });
});
