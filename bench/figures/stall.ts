import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, constants, rmSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { keptFile } from '../data/large-file.js';
import { OPERATIONS, POST_EVENT } from '../data/operations.js';
import { longestHoldMs } from '../processes/event-loop.js';
import { Server } from '../processes/server.js';
import type { Contender, Figure, FigurePlan, Target } from '../types.js';
import { GRACE_MS, wanted, type Context } from './context.js';
import { largeSize } from './large-file.js';
import { measure, stepsOf } from './measure.js';

export const STALL = 'Longest stall';
const CONNECTIONS = 16;
const LONGEST_WORK_MS = 300_000;
/** Nothing else happens for so long where only the load is measured. */
const ALONE_MS = 10_000;

/** What goes on beside 16 clients that save events. */
const WORK: Record<string, (target: Target, folder: string) => Promise<void>> = {
  'load alone': () => new Promise((resolve) => setTimeout(resolve, ALONE_MS)),
  backup: (target, folder) => backUp(target, folder, false),
  'backup, gzip': (target, folder) => backUp(target, folder, true),
  export: exportAll,
};

/** How long the event loop of the service was held up at most, as its own metrics tell. */
export async function measureStall(context: Context): Promise<Figure[]> {
  const { options, progress, folder } = context;
  const plan: FigurePlan = {
    name: `${STALL} while events are saved`,
    unit: 'ms',
    connections: CONNECTIONS,
    contenders: [],
    ratios: Object.keys(WORK).map((name) => [name, 'load alone']),
  };
  // It takes minutes: with --quick only where it is asked for.
  if (!wanted(options, plan.name) || (options.quick && options.only === '')) return [];
  const file = join(folder, 'stall.db');
  // A copy: the kept file must not change.
  copyFileSync(await keptFile(largeSize(options.largeRows), progress), file, constants.COPYFILE_FICLONE);
  const server = await Server.start('ours', file);
  const target = await server.target();
  plan.contenders = Object.entries(WORK).map(([name, work]): Contender => ({
    name,
    sample: () => stallDuring(context, target, () => work(target, join(folder, 'backups'))),
  }));
  progress.begin(STALL, stepsOf([plan], options.rounds));
  const figure = await measure(plan, options.rounds, progress);
  progress.end();
  await server.stop();
  return [figure];
}

async function stallDuring({ load }: Context, target: Target, work: () => Promise<void>) {
  const { url, headers } = target;
  const requests = OPERATIONS.find(({ name }) => name === POST_EVENT)?.requests ?? [];
  const ending = new AbortController();
  // What the one before left to be written to disk is not the fault of this one.
  execFileSync('sync');
  await longestHoldMs(target);
  const rounds = (async () => {
    let problem: string | undefined;
    while (!ending.signal.aborted) {
      const task = { url, headers, requests, connections: CONNECTIONS, seconds: 1 };
      problem ??= (await load.run(task, GRACE_MS)).problem;
    }
    return problem;
  })();
  // Heard below, when the work is done.
  rounds.catch(() => undefined);
  try {
    await work();
  } finally {
    ending.abort();
  }
  return { problem: await rounds, value: await longestHoldMs(target) };
}

async function backUp({ url, headers }: Target, folder: string, gzip: boolean): Promise<void> {
  const response = await fetch(`${url}/api/admin/backups`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ gzip }),
    signal: AbortSignal.timeout(LONGEST_WORK_MS),
  });
  if (response.status !== 201) throw new Error(`A backup was answered with ${response.status}`);
  await response.text();
  rmSync(folder, { recursive: true, force: true });
}

async function exportAll({ url, headers }: Target): Promise<void> {
  const signal = AbortSignal.timeout(LONGEST_WORK_MS);
  // As cheap as can be: whoever reads shares the processors with the service.
  const [response] = (await once(get(`${url}/api/memory/export`, { headers, signal }), 'response')) as [
    IncomingMessage,
  ];
  response.resume();
  await once(response, 'end');
}
