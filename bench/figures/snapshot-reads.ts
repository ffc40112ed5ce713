import { Agent, get } from 'node:http';
import { text } from 'node:stream/consumers';
import Database from 'better-sqlite3';
import { percentile } from '../statistics.js';
import type { Figure, Sample, Target } from '../types.js';
import { wanted, type Context } from './context.js';

export const PACKED_SNAPSHOT = 'GET one packed snapshot';
export const OPEN_SNAPSHOT = 'GET one of the newest snapshots';
export const DIFF = 'Difference between any two snapshots';
export const NAMES_OF_READS = [PACKED_SNAPSHOT, OPEN_SNAPSHOT, DIFF];

const READS = 400;
/** A service runs for weeks: what its first requests take, until their code is compiled, is not what is asked for. */
const WARM_UP_ROUNDS = 4;
const LEAST_CHARACTERS = 1_000;

/** What is asked for, one after the other. */
interface Reads {
  readonly name: string;
  readonly pathOf: (read: number) => string;
}

/** What it takes to read one snapshot, packed or not, and to compare any two. */
export async function measureReads({ options }: Context, target: Target, file: string): Promise<Figure[]> {
  const { packed, open } = idsIn(file);
  const path = (ids: readonly number[], read: number) => `/snapshots/${idAt(ids, read)}`;
  const reads: Reads[] = [
    { name: PACKED_SNAPSHOT, pathOf: (read) => path(packed, read) },
    { name: OPEN_SNAPSHOT, pathOf: (read) => path(open, read) },
    {
      name: DIFF,
      // Two that lie apart by anything from minutes to all of them.
      pathOf: (read) => {
        const [from = 0, to = 0] = [idAt(packed, read), idAt(packed, read * read + 31)].sort((a, b) => a - b);
        return `/snapshots/diff?from=${from}&to=${to}`;
      },
    },
  ];
  const figures: Figure[] = [];
  const agent = new Agent({ keepAlive: true });
  for (const { name, pathOf } of reads.filter(({ name }) => wanted(options, name))) {
    const samples: Sample[] = [];
    const [before, rounds] = options.quick ? [0, 1] : [WARM_UP_ROUNDS, options.rounds];
    for (let round = 0; round < before + rounds; round += 1) {
      const sample = await timesOf(target, agent, (read) => pathOf(round * READS + read));
      if (round >= before) samples.push(sample);
    }
    const problems = samples.flatMap(({ problem }) => (problem ? [`ours: ${problem}`] : []));
    figures.push({ name, unit: 'ms', samples: { ours: samples }, ratios: [], problems });
  }
  agent.destroy();
  return figures;
}

function idsIn(file: string): { packed: number[]; open: number[] } {
  const db = new Database(file, { readonly: true });
  const idsWhere = (condition: string): number[] =>
    db
      .prepare<[], number>(`SELECT id FROM cluster_snapshots WHERE block_id IS ${condition} ORDER BY id`)
      .pluck()
      .all();
  const ids = { packed: idsWhere('NOT NULL'), open: idsWhere('NULL') };
  db.close();
  return ids;
}

/** Far apart from one to the next, so that hardly two lie in one block. */
function idAt(ids: readonly number[], read: number): number {
  return ids[(read * 7919 + 104_729) % ids.length] ?? 0;
}

async function timesOf(target: Target, agent: Agent, pathOf: (read: number) => string): Promise<Sample> {
  const times: number[] = [];
  for (let read = 0; read < READS; read += 1) {
    const begun = performance.now();
    const { status, length } = await answerOf(target, agent, pathOf(read));
    times.push(performance.now() - begun);
    if (status !== 200 || length < LEAST_CHARACTERS)
      return { value: NaN, problem: `${pathOf(read)} was answered with ${status}` };
  }
  times.sort((a, b) => a - b);
  return { value: percentile(times, 0.95) };
}

/** `fetch` would take a millisecond by itself, on the processors of the service. */
function answerOf(
  { url, headers }: Target,
  agent: Agent,
  path: string,
): Promise<{ status: number; length: number }> {
  return new Promise((resolve, reject) => {
    const request = get(`${url}/api/memory${path}`, { agent, headers }, (answer) => {
      const status = answer.statusCode ?? 0;
      text(answer).then(({ length }) => {
        resolve({ status, length });
      }, reject);
    });
    request.once('error', reject);
  });
}
