import { OPEN_SNAPSHOT, PACKED_SNAPSHOT, WEEK_BUSY, WEEK_QUIET } from '../figures/snapshots.js';
import type { Bar } from './bar.js';

export const SNAPSHOT_BARS: Bar[] = [
  ...(
    [
      [WEEK_BUSY, 22, 28],
      [WEEK_QUIET, 65, 80],
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
  })),
  {
    name: `${PACKED_SNAPSHOT}, p95`,
    work: PACKED_SNAPSHOT,
    of: 'value',
    sense: 'at most',
    limit: 10,
    aim: 5,
    unit: 'ms',
  },
  {
    name: `${OPEN_SNAPSHOT}, p95`,
    work: OPEN_SNAPSHOT,
    of: 'value',
    sense: 'at most',
    limit: 5,
    aim: 3,
    unit: 'ms',
  },
];
