import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { STREAM } from '../load/listen-task.js';
import { removeFolder } from '../processes/cleanup.js';
import { Server } from '../processes/server.js';
import { memoryOf } from '../processes/usage.js';
import type { Contender, Figure, FigurePlan, Sample } from '../types.js';
import { wantedPlans, type Context } from './context.js';
import { Listeners } from './listeners.js';
import { measure, stepsOf } from './measure.js';

export const MEMORY = 'Streams, memory of 200';
export const MEMORY_UNREAD = `${MEMORY} that stopped reading`;

const NO_STREAMS = 'no streams';
const MOST = 200;
const LOOK_EVERY_MS = 50;
/** More than the system keeps for a client that does not read, and a megabyte beside that. */
const UNREAD = { perSecond: 100, seconds: 8, details: 10_000 };
const READ = { perSecond: 50, seconds: 4, details: 200 };

/** How much a service grows by those who listen, at most; what it grows by without them stands beside it. */
export async function measureStreamMemory(context: Context): Promise<Figure[]> {
  const { options, progress } = context;
  const plan = (name: string, pace: typeof READ, isReading: boolean): FigurePlan => {
    const contender = (who: string, count: number): Contender => ({
      name: who,
      sample: () => growth(context, pace, count, isReading),
    });
    return {
      name,
      unit: 'MB',
      contenders: [contender('ours', MOST), contender(NO_STREAMS, 0)],
      ratios: [['ours', NO_STREAMS]],
    };
  };
  const plans = wantedPlans(options, [plan(MEMORY, READ, true), plan(MEMORY_UNREAD, UNREAD, false)]);
  if (plans.length === 0) return [];
  progress.begin(MEMORY, stepsOf(plans, options.rounds));
  const figures: Figure[] = [];
  for (const one of plans) figures.push(await measure(one, options.rounds, progress));
  progress.end();
  return figures;
}

/** Of a service that has done the same before, without anybody who listens. */
async function growth(
  { folder }: Context,
  pace: typeof READ,
  count: number,
  isReading: boolean,
): Promise<Sample> {
  const own = join(folder, 'stream-memory');
  mkdirSync(own);
  const server = await Server.start('ours', join(own, 'jarvis.db'));
  const listeners = await Listeners.of(await server.target());
  try {
    await listeners.save(pace);
    const before = memoryOf(server.pid).now;
    let most = 0;
    const timer = setInterval(() => (most = Math.max(most, memoryOf(server.pid).now)), LOOK_EVERY_MS);
    await listeners.open(
      Array.from({ length: count }, () => STREAM),
      isReading,
    );
    const { problem } = await listeners.save({ ...pace, isHeard: isReading });
    clearInterval(timer);
    return { value: most - before, problem };
  } finally {
    listeners.stop();
    await server.kill();
    removeFolder(own);
  }
}
