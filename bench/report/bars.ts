import { GET_NEWEST, GET_NEWEST_WRITTEN, GET_UNCHANGED, POST_BATCH, POST_EVENT } from '../data/operations.js';
import { HOSTILE_LIVE, HOSTILE_LIVE_LARGE_ROWS, HOSTILE_MEMORY, HOSTILE_READS } from '../figures/hostile.js';
import { LIST_PAGE, SMALL, START } from '../figures/large-file.js';
import { MEMORY_AFTER } from '../figures/soak.js';
import { STALL } from '../figures/stall.js';

export interface Bar {
  name: string;
  work: string;
  against?: string;
  /** Either the value or the ratio, of medians over the rounds, is held to `limit`. */
  of: 'ratio' | 'value';
  sense: 'at least' | 'at most';
  /** `undefined` where the value is only to be said. */
  limit: number | undefined;
  aim: number;
  unit: 'x' | 's' | '/s' | 'ms' | 'MB' | '%';
  /** What one unit of the figure is worth in the unit of the bar. */
  scale?: number;
  /** The worst of the rounds counts, and not their median: for what may never happen. */
  always?: boolean;
  /** True only for the full large file. */
  largeFile?: boolean;
}

const NODE = Number(process.versions.node.split('.')[0]);

export const BARS: Bar[] = [
  {
    name: `${POST_EVENT} (ours FULL, peer NORMAL)`,
    work: POST_EVENT,
    against: 'peer',
    of: 'ratio',
    sense: 'at least',
    limit: onNode({ 20: 5, 24: 2.5 }),
    aim: 6,
    unit: 'x',
  },
  {
    name: `${POST_EVENT} against the limit with FULL`,
    work: POST_EVENT,
    against: 'limit',
    of: 'ratio',
    sense: 'at least',
    limit: onNode({ 20: 1.5 }),
    aim: 2,
    unit: 'x',
  },
  {
    name: `${GET_UNCHANGED}, nothing new`,
    work: GET_UNCHANGED,
    against: 'peer',
    of: 'ratio',
    sense: 'at least',
    limit: onNode({ 20: 9, 24: 4.5 }),
    aim: 12,
    unit: 'x',
  },
  {
    name: `${GET_NEWEST}, nothing written in between`,
    work: GET_NEWEST,
    against: 'peer',
    of: 'ratio',
    sense: 'at least',
    limit: onNode({ 20: 7, 24: 3.5 }),
    aim: 9,
    unit: 'x',
  },
  {
    name: GET_NEWEST_WRITTEN,
    work: GET_NEWEST_WRITTEN,
    against: 'peer',
    of: 'ratio',
    sense: 'at least',
    limit: onNode({ 20: 3.5 }),
    aim: 5,
    unit: 'x',
  },
  {
    name: `${POST_BATCH}, events per second, of a bare insert`,
    work: POST_BATCH,
    against: 'bare insert',
    of: 'ratio',
    sense: 'at least',
    limit: onNode({ 20: 50 }),
    aim: 70,
    unit: '%',
    scale: 100,
  },
  {
    name: `${POST_EVENT}, of an older build`,
    work: POST_EVENT,
    against: 'before',
    of: 'ratio',
    sense: 'at least',
    limit: 97,
    aim: 100,
    unit: '%',
    scale: 100,
  },
  {
    name: `${GET_NEWEST_WRITTEN}, against an older build`,
    work: GET_NEWEST_WRITTEN,
    against: 'before',
    of: 'ratio',
    sense: 'at least',
    limit: 1.3,
    aim: 1.3,
    unit: 'x',
  },
  {
    name: `${LIST_PAGE}, the slowest kind, 1 000 000 events against 10 000`,
    work: LIST_PAGE,
    against: SMALL,
    of: 'ratio',
    sense: 'at most',
    limit: 1.5,
    aim: 1.1,
    unit: 'x',
    largeFile: true,
  },
  {
    name: 'Start to ready on 1 000 000 events',
    work: START,
    of: 'value',
    sense: 'at most',
    limit: 2,
    aim: 1,
    unit: 's',
    scale: 0.001,
    largeFile: true,
  },
  {
    name: 'Longest stall beside a backup or an export',
    work: STALL,
    of: 'value',
    sense: 'at most',
    limit: 50,
    aim: 20,
    unit: 'ms',
    largeFile: true,
  },
  {
    name: 'Resident memory after 10 minutes of mixed load',
    work: MEMORY_AFTER,
    of: 'value',
    sense: 'at most',
    limit: onNode({ 20: 200, 24: 220 }),
    aim: 150,
    unit: 'MB',
    largeFile: true,
  },
  {
    name: 'Peak of resident memory under hostile load',
    work: HOSTILE_MEMORY,
    of: 'value',
    sense: 'at most',
    limit: 450,
    aim: 250,
    unit: 'MB',
    always: true,
  },
  {
    name: 'Longest answer of /health/live under hostile load',
    work: HOSTILE_LIVE,
    of: 'value',
    sense: 'at most',
    limit: 400,
    aim: 100,
    unit: 'ms',
    always: true,
  },
  {
    name: 'The same while 16 MB rows are written',
    work: HOSTILE_LIVE_LARGE_ROWS,
    of: 'value',
    sense: 'at most',
    limit: 600,
    aim: 300,
    unit: 'ms',
    always: true,
  },
  {
    name: 'Small pages read by others under hostile load, the fewest in a second',
    work: HOSTILE_READS,
    of: 'value',
    sense: 'at least',
    limit: 5,
    aim: 20,
    unit: '/s',
    always: true,
  },
];

/** What a bar asks on this Node; the first backend's design runs twice as fast on Node 24 as on 20. */
function onNode(limits: Partial<Record<20 | 24, number>>): number | undefined {
  return limits[NODE >= 24 ? 24 : 20];
}
