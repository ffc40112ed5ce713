import { describe, expect, it } from '@jest/globals';
import type { StorageState } from '../../../src/cluster/cluster.js';
import { storageViews } from './storage-forecast.js';

const HOUR = 3_600_000;
const NOW = new Date('2026-11-24T07:40:00').getTime();
const storage = (name: string, usedPercent: number | undefined, node = 'pve2'): StorageState => ({
  id: `storage/${node}/${name}`,
  name,
  node,
  isAvailable: true,
  usedPercent,
  totalBytes: 1e12,
});
const after = (
  usedNow: number,
  ...earlier: readonly (readonly [hours: number, used: number])[]
): object | undefined =>
  storageViews(
    { at: NOW, storages: [storage('local', usedNow)] },
    earlier.map(([hours, used]) => ({ at: NOW - hours * HOUR, storages: [storage('local', used)] })),
  )[0];

describe('What is left of a storage', () => {
  it.each([
    [100, 100, 'critical', 'full'],
    [94, 46, 'warning', 'full around 10:40'],
    [61, 60.9, 'plain', 'more than a year left'],
    [61, 60, 'plain', '4 to 7 weeks left'],
    [57, 56.8, 'plain', '6 to 9 months left'],
    [46, 46, 'plain', 'not growing'],
    [38, 60, 'plain', 'not growing'],
    [90, 88, 'warning', '4 to 6 days left'],
    [60, 20, 'plain', 'full around Wed 07:40'],
  ])('at %d %%, a day after %d %%: %s, %s', (now, before, level, left) => {
    expect(after(now, [24, before])).toMatchObject({ level, left });
  });

  it('is what the last hours say, where it is full within a day by them', () => {
    expect(after(52, [2, 51], [24, 51.9])).toMatchObject({ left: 'more than a year left' });
    expect(after(90, [2, 80], [24, 80])).toMatchObject({ left: 'full around 09:40', fullAt: NOW + 2 * HOUR });
  });

  it('is not known from a few minutes', () => {
    expect(after(90, [0.1, 80])).toMatchObject({ left: 'not growing' });
  });

  it('is of the fullest first; one of which nothing is told is left out', () => {
    const storages = [storage('a', 3), storage('b', undefined), storage('c', 70, '')];
    const views = storageViews({ at: NOW, storages }, []);
    expect(views.map(({ name, owner }) => [name, owner])).toEqual([
      ['c', 'shared'],
      ['a', 'pve2'],
    ]);
  });
});
