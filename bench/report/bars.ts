import { GET_NEWEST, GET_UNCHANGED, POST_BATCH, POST_EVENT } from '../data/operations.js';
import { HOSTILE_LIVE, HOSTILE_LIVE_LARGE_ROWS, HOSTILE_MEMORY, HOSTILE_READS } from '../figures/hostile.js';
import { LIST_PAGE, SMALL, START } from '../figures/large-file.js';
import { MEMORY_AFTER } from '../figures/soak.js';
import { STALL } from '../figures/stall.js';
import type { Spread } from '../statistics.js';
import type { Comparison } from './comparisons.js';

interface Bar {
  name: string;
  work: string;
  against?: string;
  /** Either the value or the ratio, of medians over the rounds, is held to `limit`. */
  of: 'ratio' | 'value';
  sense: 'at least' | 'at most';
  limit: number;
  aim: number;
  unit: 'x' | 's' | '/s' | 'ms' | 'MB' | '%';
  /** What one unit of the figure is worth in the unit of the bar. */
  scale?: number;
  /** The worst of the rounds counts, and not their median: for what may never happen. */
  always?: boolean;
  /** True only for the full large file. */
  largeFile?: boolean;
}

export interface BarResult {
  name: string;
  asked: string;
  measured: string;
  verdict: 'reached' | 'NOT REACHED' | 'not measured' | 'invalid';
  note: string;
}

const BAR_CONNECTIONS = 16;

const BARS: Bar[] = [
  {
    name: `${POST_EVENT} (ours FULL, peer NORMAL)`,
    work: POST_EVENT,
    against: 'peer',
    of: 'ratio',
    sense: 'at least',
    limit: 5,
    aim: 6,
    unit: 'x',
  },
  {
    name: `${POST_EVENT} against the limit with FULL`,
    work: POST_EVENT,
    against: 'limit',
    of: 'ratio',
    sense: 'at least',
    limit: 1.5,
    aim: 1.5,
    unit: 'x',
  },
  {
    name: GET_NEWEST,
    work: GET_NEWEST,
    against: 'peer',
    of: 'ratio',
    sense: 'at least',
    limit: 4,
    aim: 6,
    unit: 'x',
  },
  {
    name: `${GET_UNCHANGED}, nothing new`,
    work: GET_UNCHANGED,
    against: 'peer',
    of: 'ratio',
    sense: 'at least',
    limit: 8,
    aim: 8,
    unit: 'x',
  },
  {
    name: `${POST_BATCH}, events per second, of a bare insert`,
    work: POST_BATCH,
    against: 'bare insert',
    of: 'ratio',
    sense: 'at least',
    limit: 25,
    aim: 50,
    unit: '%',
    scale: 100,
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
    limit: 200,
    aim: 120,
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

export interface Conditions {
  largeRows: number;
  soakMinutes: number;
}

export function judge(comparisons: Comparison[], conditions: Conditions): BarResult[] {
  return BARS.map((bar) => judgeBar(bar, comparisons, conditions));
}

function judgeBar(bar: Bar, comparisons: Comparison[], conditions: Conditions): BarResult {
  const asked = `${bar.sense} ${bar.limit} ${bar.unit} (aim ${bar.aim})`;
  const found = comparisons.filter((comparison) => concerns(bar, comparison));
  const note = bar.largeFile ? conditionNote(bar, conditions) : '';
  if (found.length === 0) return { name: bar.name, asked, measured: '-', verdict: 'not measured', note };
  const values = found.map(({ value, ratio }) => valueFor(bar, bar.of === 'ratio' ? ratio : value));
  const worst = bar.sense === 'at least' ? Math.min(...values) : Math.max(...values);
  const reached = bar.sense === 'at least' ? worst >= bar.limit : worst <= bar.limit;
  const verdict = found.some(({ valid }) => !valid) ? 'invalid' : reached ? 'reached' : 'NOT REACHED';
  return { name: bar.name, asked, measured: `${worst.toFixed(2)} ${bar.unit}`, verdict, note };
}

function valueFor({ always, sense, scale = 1 }: Bar, spread: Spread | undefined): number {
  const worst = sense === 'at least' ? spread?.min : spread?.max;
  return ((always ? worst : spread?.median) ?? NaN) * scale;
}

function concerns(bar: Bar, { work, connections, against }: Comparison): boolean {
  const atBarConnections = connections === undefined || connections === BAR_CONNECTIONS;
  return (
    work.startsWith(bar.work) && atBarConnections && (bar.against === undefined || bar.against === against)
  );
}

function conditionNote({ work }: Bar, { largeRows, soakMinutes }: Conditions): string {
  const notes = [
    ...(largeRows < 1_000_000 ? [`measured on ${largeRows} rows: an indication only`] : []),
    ...(work === MEMORY_AFTER && soakMinutes < 10 ? [`after ${soakMinutes} minutes`] : []),
  ];
  return notes.join(', ');
}
