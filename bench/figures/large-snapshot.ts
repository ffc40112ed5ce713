import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Chance } from '../recall/chance.js';
import { longestHoldMs } from '../processes/event-loop.js';
import { Server } from '../processes/server.js';
import type { Figure, FigurePlan, Target } from '../types.js';
import { wantedPlans, type Context } from './context.js';
import { measure, stepsOf } from './measure.js';

export const LARGE_SNAPSHOT = 'Longest hold of the event loop, POST of a 16 MB snapshot';

const LARGEST_BODY = 16 * 1_048_576;
const LINE_CHARACTERS = 1_000;
/** What goes on in the background afterwards counts as well. */
const AFTERWARDS_MS = 2_000;
const ALPHABETS = {
  ASCII: 'abcdefghijklmnopqrstuvwxyz 0123456789',
  Cyrillic: 'абвгдежзийклмнопрстуфхцчшщъыьэюя 0123456789',
};

/** For how long a service does nothing else when somebody saves as much as it takes. */
export async function measureLargeSnapshot({ options, progress, folder }: Context): Promise<Figure[]> {
  const alphabets = Object.entries(ALPHABETS).map(([name, letters]) => ({
    name: `${LARGE_SNAPSHOT}, ${name}`,
    letters,
  }));
  const wished = wantedPlans(options, alphabets);
  if (wished.length === 0) return [];
  const server = await Server.start('ours', join(folder, 'large-snapshot.db'));
  const target = await server.target();
  const plans = wished.map(({ name, letters }): FigurePlan => {
    const body = bodyOf(letters);
    const run = () => holdWhilePosting(target, body);
    return { name, unit: 'ms', contenders: [{ name: 'ours', sample: run, warmUp: run }], ratios: [] };
  });
  progress.begin('16 MB snapshots', stepsOf(plans, options.rounds));
  const figures: Figure[] = [];
  for (const plan of plans) figures.push(await measure(plan, options.rounds, progress));
  progress.end();
  await server.stop();
  return figures;
}

async function holdWhilePosting(target: Target, body: Buffer<ArrayBuffer>): Promise<{ value: number }> {
  const { url, headers } = target;
  await longestHoldMs(target);
  const response = await fetch(`${url}/api/memory/snapshots`, { method: 'POST', headers, body });
  await response.text();
  if (response.status !== 201) throw new Error(`A snapshot was answered with ${response.status}`);
  await sleep(AFTERWARDS_MS);
  return { value: await longestHoldMs(target) };
}

/** Lines of a log that do not repeat, as many as a body may have. */
function bodyOf(letters: string): Buffer<ArrayBuffer> {
  const chance = new Chance(1);
  const characters = [...letters];
  const line = () => Array.from({ length: LINE_CHARACTERS }, () => chance.pick(characters)).join('');
  const lines: string[] = [];
  let bytes = Buffer.byteLength('{"snapshot":{"lines":[]}}');
  for (let next = line(); ; next = line()) {
    bytes += Buffer.byteLength(next) + 3;
    if (bytes > LARGEST_BODY) break;
    lines.push(next);
  }
  return Buffer.from(JSON.stringify({ snapshot: { lines } }));
}
