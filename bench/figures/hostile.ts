import type { AttackTask } from '../load/attacker.js';
import type { ServerName } from '../processes/server.js';
import type { Figure, Sample, Unit } from '../types.js';
import { wanted, type Context } from './context.js';
import { makeHostileFile, measureLoad, type Measured } from './hostile-load.js';

const HOSTILE = 'Hostile load';
export const HOSTILE_MEMORY = `${HOSTILE}, peak memory`;
export const HOSTILE_LIVE = `${HOSTILE}, longest /health/live`;
export const HOSTILE_LIVE_LARGE_ROWS = `${HOSTILE} with 16 MB rows, longest /health/live`;
export const HOSTILE_READS = `${HOSTILE}, reads of others`;

type Lanes = AttackTask['lanes'];

/** The worst that was found before there were bounds, each alone and then all of it on 32 connections and 80 silent ones. */
const LOADS: Record<string, Lanes> = {
  'gzip bombs of a reader': { bombOfReader: 8 },
  'gzip bombs of an ingest key': { bombOfIngest: 8 },
  'plain bodies of many values': { manyValues: 8 },
  'snapshots of 16 MB': { largeSnapshot: 8 },
  'bodies that stop at 15 of 16 MB': { unfinished: 80 },
  'pages of 100 events of 1 MB': { largePage: 8 },
  'the same pages, unread': { unreadPage: 32 },
  'batches of 1000': { batch: 32 },
  'all at once': {
    bombOfReader: 4,
    bombOfIngest: 4,
    manyValues: 4,
    largeSnapshot: 8,
    largePage: 4,
    unreadPage: 4,
    batch: 4,
    unfinished: 80,
  },
};
/** Each load meets a server of its own, so that what one leaves behind is not counted against the next. */
export async function measureHostile(context: Context): Promise<Figure[]> {
  const { options, progress, folder } = context;
  const loads = Object.entries(LOADS).filter(([name]) => wanted(options, `${HOSTILE}: ${name}`));
  // It takes minutes: with --quick only where it is asked for.
  if (loads.length === 0 || (options.quick && options.only === '')) return [];
  const servers: ServerName[] = options.against ? ['ours', 'before'] : ['ours'];
  for (const name of servers) await makeHostileFile(folder, name);
  progress.begin(HOSTILE, loads.length * options.hostileRounds * servers.length);
  const figures: Figure[] = [];
  for (const [name, lanes] of loads) {
    const ofLoad = figuresOf(name, lanes, servers);
    for (let round = 0; round < options.hostileRounds; round += 1) {
      for (const server of round % 2 === 0 ? servers : servers.toReversed()) {
        const measured = await measureLoad(context, server, lanes);
        keep(ofLoad, server, measured);
        progress.step(name);
        progress.line(`${name}, ${server}: ${summary(measured)}`);
      }
    }
    figures.push(...Object.values(ofLoad));
  }
  progress.end();
  return figures;
}

type FiguresOfLoad = Record<'memory' | 'live' | 'reads', Figure>;

function figuresOf(load: string, lanes: Lanes, servers: ServerName[]): FiguresOfLoad {
  const figure = (kind: string, unit: Unit): Figure => ({
    name: `${kind}: ${load}`,
    unit,
    samples: Object.fromEntries(servers.map((server) => [server, []])),
    problems: [],
    ratios: servers.length > 1 ? [['ours', 'before']] : [],
  });
  return {
    memory: figure(HOSTILE_MEMORY, 'MB'),
    live: figure(lanes.largeSnapshot ? HOSTILE_LIVE_LARGE_ROWS : HOSTILE_LIVE, 'ms'),
    reads: figure(HOSTILE_READS, 'req/s'),
  };
}

function keep({ memory, live, reads }: FiguresOfLoad, server: ServerName, measured: Measured): void {
  const { peak, longestLiveMs, readsPerSecond, readP95, problem } = measured;
  const pairs: [Figure, Sample][] = [
    [memory, { value: peak }],
    [live, { value: longestLiveMs }],
    [reads, { value: readsPerSecond, p95: readP95 }],
  ];
  for (const [figure, sample] of pairs) {
    figure.samples[server]?.push({ ...sample, problem });
    // What is wrong with an older build is what is being shown, and spoils nothing.
    if (problem && server === 'ours') figure.problems.push(`${server}: ${problem}`);
  }
}

function summary({ peak, longestLiveMs, readsPerSecond, readP95, outcomes, problem }: Measured): string {
  const tallies = Object.entries(outcomes).map(
    ([attack, tally]) =>
      `${attack} ${Object.entries(tally)
        .map(([outcome, count]) => `${count}x ${outcome}`)
        .join(' ')}`,
  );
  const figures = `peak ${peak.toFixed(0)} MB, live ${longestLiveMs.toFixed(0)} ms at most`;
  const reads = `${readsPerSecond.toFixed(0)} reads/s, p95 ${readP95.toFixed(0)} ms`;
  return `${figures}, ${reads}; ${tallies.join(', ')}${problem ? `  INVALID: ${problem}` : ''}`;
}
