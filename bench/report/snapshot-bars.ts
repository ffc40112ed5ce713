import { LARGE_SNAPSHOT } from '../figures/large-snapshot.js';
import { DIFF, OPEN_SNAPSHOT, PACKED_SNAPSHOT } from '../figures/snapshot-reads.js';
import { ALL_BUSY, ONE_RUNNING, PACKING } from '../figures/snapshots.js';
import type { Bar } from './bar.js';

const WEEK = 10_080;
const YEAR = 525_600;

export const SNAPSHOT_BARS: Bar[] = [
  ...(
    [
      [ALL_BUSY, 22, 28],
      [ONE_RUNNING, 65, 80],
    ] as const
  ).map(([work, limit, aim]): Bar => ({
    name: `${work}: JSON against what is stored`,
    work,
    against: 'ours',
    of: 'ratio',
    sense: 'at least',
    limit,
    aim,
    unit: 'x',
    snapshotMinutes: WEEK,
  })),
  { ...atMost(`${PACKED_SNAPSHOT}, p95`, PACKED_SNAPSHOT, 10, 5), snapshotMinutes: WEEK },
  { ...atMost(`${OPEN_SNAPSHOT}, p95`, OPEN_SNAPSHOT, 5, 3), snapshotMinutes: WEEK },
  { ...atMost(`${DIFF}, p95`, DIFF, 30, 15), snapshotMinutes: YEAR },
  { ...atMost(PACKING, PACKING, 20, 10), snapshotMinutes: YEAR },
  atMost(LARGE_SNAPSHOT, LARGE_SNAPSHOT, 50, 20),
];

function atMost(name: string, work: string, limit: number, aim: number): Bar {
  return { name, work, of: 'value', sense: 'at most', limit, aim, unit: 'ms' };
}
