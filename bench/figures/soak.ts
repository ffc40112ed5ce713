import { copyFileSync, constants } from 'node:fs';
import { join } from 'node:path';
import { keptFile } from '../data/large-file.js';
import { OPERATIONS } from '../data/operations.js';
import { Server } from '../processes/server.js';
import { memoryOf } from '../processes/usage.js';
import type { Figure, RequestSpec } from '../types.js';
import { GRACE_MS, wanted, type Context } from './context.js';
import { largeSize } from './large-file.js';

export const MEMORY_AFTER = 'Resident memory after mixed load';
const MEMORY_PEAK = 'Resident memory, peak of mixed load';
const CONNECTIONS = 16;
const READ_EVERY_MS = 2_000;
/** Large bodies come now and then, as they do in life: once in so many turns of all other requests. */
const TURNS_PER_LARGE_BODY = 5;

export async function measureMemory(context: Context): Promise<Figure[]> {
  const { options, progress, folder } = context;
  if (options.soakMinutes === 0 || !wanted(options, MEMORY_AFTER)) return [];
  const file = join(folder, 'soak.db');
  // A copy: the kept file must not change.
  copyFileSync(await keptFile(largeSize(options.largeRows), progress), file, constants.COPYFILE_FICLONE);
  const server = await Server.start('ours', file);
  const readings: number[] = [];
  const seconds = options.soakMinutes * 60;
  progress.begin('Mixed load', Math.ceil((seconds * 1000) / READ_EVERY_MS));
  const reader = setInterval(() => {
    readings.push(memoryOf(server.pid).now);
    progress.step(`${readings.at(-1)?.toFixed(0)} MB`);
  }, READ_EVERY_MS);
  const { problem, count } = await soak(context, server, seconds).finally(() => {
    clearInterval(reader);
  });
  readings.push(memoryOf(server.pid).now);
  progress.end();
  progress.note(`${count} requests in ${options.soakMinutes} minutes of mixed load`);
  await server.stop();
  return [
    figure(MEMORY_AFTER, readings.at(-1) ?? NaN, problem),
    figure(MEMORY_PEAK, Math.max(...readings), problem),
  ];
}

async function soak({ load }: Context, server: Server, seconds: number) {
  const { url, headers } = await server.target();
  const task = { url, headers, requests: mixedRequests(), connections: CONNECTIONS, seconds };
  return load.run(task, seconds * 1000 + GRACE_MS);
}

function mixedRequests(): RequestSpec[] {
  const isLarge = ({ method, body = '' }: RequestSpec) => method === 'POST' && body.length > 10_000;
  const all = OPERATIONS.flatMap(({ requests }) => requests);
  const small = all.filter((request) => !isLarge(request));
  return [...Array.from({ length: TURNS_PER_LARGE_BODY }, () => small).flat(), ...all.filter(isLarge)];
}

function figure(name: string, value: number, problem: string | undefined): Figure {
  const problems = problem ? [`ours: ${problem}`] : [];
  return { name, unit: 'MB', samples: { ours: [{ value, problem }] }, problems, ratios: [] };
}
