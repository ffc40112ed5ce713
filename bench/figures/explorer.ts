import { copyFileSync, constants, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { keptFile, type Filling } from '../data/large-file.js';
import { untilIndexed } from '../data/indexed.js';
import { EVENTS, ExplorerBrowser, NOW, type ExplorerPage } from '../explorer/browser.js';
import { EVENTS_OF_DAY, saveLastDay } from '../explorer/last-day.js';
import { gzippedBytes, hearEvents, scrollThrough, type Frames } from '../explorer/observations.js';
import { removeFolder } from '../processes/cleanup.js';
import { Server } from '../processes/server.js';
import { fillUnindexedFile } from '../scale/fill-sqlite.js';
import { percentile } from '../statistics.js';
import type { Figure, FigurePlan, Sample, Target, Unit } from '../types.js';
import { wanted, wantedPlans, type Context } from './context.js';
import { largeSize } from './large-file.js';
import { measure, stepsOf } from './measure.js';

const EXPLORER = 'Explorer';
export const FIRST_LOAD = `${EXPLORER}, JavaScript of the first load, gzip`;
export const OPEN = `${EXPLORER}, open to usable`;
export const HEARD = `${EXPLORER}, p95 from the POST of an event to the open page`;
export const FRAMES = `${EXPLORER}, scrolling through 10 000 events`;

const PAGES = [NOW, EVENTS];
const HEARD_EVENTS = 120;
/** One takes two minutes. */
const MOST_HEARD_ROUNDS = 2;
/** As many messages as events; nothing is searched here. */
const UNINDEXED: Filling = {
  name: 'unindexed',
  fill: (path, { events }, onRows) => fillUnindexedFile(path, events, onRows),
};

interface Stage {
  target: Target;
  browser: ExplorerBrowser;
}

/** What one who opens the explorer waits for, in a real Chromium. */
export async function measureExplorer(context: Context): Promise<Figure[]> {
  const { options, progress, folder } = context;
  const isWanted = [FIRST_LOAD, OPEN, HEARD, FRAMES].some((name) => wanted(options, name));
  // The file takes minutes to be made: with --quick only where it is asked for.
  if (!isWanted || (options.quick && options.only === '')) return [];
  const size = { ...largeSize(options.explorerRows), snapshots: 0 };
  const kept = await keptFile(size, progress, UNINDEXED);
  const ownFolder = join(folder, 'explorer');
  mkdirSync(ownFolder);
  const file = join(ownFolder, 'jarvis.db');
  copyFileSync(kept, file, constants.COPYFILE_FICLONE);
  const server = await Server.start('ours', file);
  const target = await server.target();
  await saveLastDay(target);
  await untilIndexed(target);
  const browser = await ExplorerBrowser.start(target);
  progress.note(`Chromium ${browser.version}`);
  try {
    return await measureAll(context, { target, browser });
  } finally {
    await browser.stop();
    await server.stop();
    removeFolder(ownFolder);
  }
}

async function measureAll({ options, progress }: Context, stage: Stage): Promise<Figure[]> {
  // First what reads: what is heard is saved.
  const plans = wantedPlans(
    options,
    PAGES.flatMap((page) => readPlans(stage, page)),
  );
  const heard = wantedPlans(
    options,
    PAGES.map((page) => heardPlan(stage, page)),
  );
  const heardRounds = Math.min(options.rounds, MOST_HEARD_ROUNDS);
  progress.begin(EXPLORER, stepsOf(plans, options.rounds) + stepsOf(heard, heardRounds));
  const figures: Figure[] = [];
  for (const plan of plans) figures.push(await measure(plan, options.rounds, progress));
  if (wanted(options, FRAMES)) figures.push(...(await framesOf(stage, options.rounds)));
  for (const plan of heard) figures.push(await measure(plan, heardRounds, progress));
  progress.end();
  return figures;
}

function readPlans({ browser }: Stage, of: ExplorerPage): FigurePlan[] {
  const load = async (): Promise<Sample> => {
    const scripts = await browser.visit(of, (visit) => Promise.resolve(visit.scripts));
    return { value: (await gzippedBytes(scripts)) / 1000 };
  };
  const open = async (): Promise<Sample> => ({
    value: await browser.visit(of, ({ openedMs }) => Promise.resolve(openedMs)),
  });
  return [
    plan(`${FIRST_LOAD}: ${of.name}`, 'KB', load),
    {
      ...plan(`${OPEN}: ${of.name}`, 'ms', open),
      contenders: [{ name: 'ours', sample: open, warmUp: open }],
    },
  ];
}

function heardPlan({ browser, target }: Stage, of: ExplorerPage): FigurePlan {
  const hear = async (): Promise<Sample> => {
    const times = await browser.visit(of, ({ page }) => hearEvents(page, target, HEARD_EVENTS));
    return { value: percentile(times, 0.95) };
  };
  return plan(`${HEARD}: ${of.name}`, 'ms', hear);
}

/** All three of the same way down. */
async function framesOf({ browser }: Stage, rounds: number): Promise<Figure[]> {
  const ways: Frames[] = [];
  for (let round = 0; round < rounds; round += 1)
    ways.push(await browser.visit(EVENTS, ({ page }) => scrollThrough(page, EVENTS_OF_DAY)));
  const figure = (what: string, unit: Unit, valueOf: (frames: Frames) => number): Figure => ({
    name: `${FRAMES}, ${what}`,
    unit,
    samples: { ours: ways.map((frames) => ({ value: valueOf(frames) })) },
    ratios: [],
    problems: [],
  });
  return [
    figure('frames', 'frames', ({ count }) => count),
    figure('p95 of a frame', 'ms', ({ p95 }) => p95),
    figure('longest frame', 'ms', ({ longest }) => longest),
  ];
}

function plan(name: string, unit: Unit, sample: () => Promise<Sample>): FigurePlan {
  return { name, unit, contenders: [{ name: 'ours', sample }], ratios: [] };
}
