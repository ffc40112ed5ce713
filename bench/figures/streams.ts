import { join } from 'node:path';
import { fillFile } from '../data/fill.js';
import { lengthenFeed, lengthenFeedOfFile } from '../data/feed.js';
import { POST_EVENT } from '../data/operations.js';
import { filledDatabase, startPostgres } from '../data/postgres.js';
import { sampleEvent } from '../data/samples.js';
import type { BystanderTask, Waiting } from '../load/bystander-task.js';
import { STREAM } from '../load/listen-task.js';
import { Server } from '../processes/server.js';
import { Worker } from '../processes/worker.js';
import type { Contender, Figure, FigurePlan, RequestSpec, Sample, Target } from '../types.js';
import { GRACE_MS, wanted, wantedPlans, type Context } from './context.js';
import { SMALL_FILE } from './http.js';
import { Listeners } from './listeners.js';
import { measure, stepsOf } from './measure.js';

const STREAMS = 'Streams';
export const HEARD = `${STREAMS}, p95 from the POST of an event to 50 listeners`;
export const POST_BESIDE = `${STREAMS}, ${POST_EVENT} beside 200 with filters`;
export const OTHERS = `${STREAMS}, p95 of other requests beside 200`;
export const FROM_BEFORE = `${STREAMS}, p95 to the first message after 10 000 positions`;
const LAST_FITS = `${STREAMS}, p95 to the first message after 10 000 that do not fit`;

const NO_STREAMS = 'no streams';
const CONNECTIONS = 16;
const NODES = 100;
const MOST = 200;
/** More than are skipped, so that each line goes on from another place: one that was read lately is remembered. */
const FEED = 11_000;
const BACK = 10_000;
const APART = 25;
const RESUMES = 20;

interface Stage {
  context: Context;
  target: Target;
  listeners: Listeners;
}

/** What many who listen take from a service, and what they get. */
export async function measureStreams(context: Context): Promise<Figure[]> {
  const { options, folder } = context;
  const ours = [HEARD, POST_BESIDE, OTHERS, FROM_BEFORE, LAST_FITS].some((name) => wanted(options, name));
  const figures: Figure[] = [];
  if (ours) {
    const file = join(folder, 'streams.db');
    const maker = await Server.start('ours', file);
    await maker.stop();
    await fillFile(file, SMALL_FILE, 'instant', () => undefined);
    lengthenFeedOfFile(file, FEED);
    figures.push(...(await measureOn(context, file, plansOf)));
  }
  if ([HEARD, FROM_BEFORE].some((name) => wanted(options, onPostgres(name)))) {
    const postgres = await startPostgres();
    const database = await filledDatabase(postgres, SMALL_FILE.events);
    await lengthenFeed(database, FEED);
    figures.push(...(await measureOn(context, database.url, postgresPlansOf)));
    await postgres.destroy();
  }
  return figures;
}

async function measureOn(
  context: Context,
  store: string,
  plansFor: (stage: Stage) => FigurePlan[],
): Promise<Figure[]> {
  const { options, progress } = context;
  const server = await Server.start('ours', store);
  const target = await server.target();
  const listeners = await Listeners.of(target);
  const plans = wantedPlans(options, plansFor({ context, target, listeners }));
  progress.begin(STREAMS, stepsOf(plans, options.rounds));
  const figures: Figure[] = [];
  for (const plan of plans) figures.push(await measure(plan, options.rounds, progress));
  progress.end();
  listeners.stop();
  await server.stop();
  return figures;
}

function plansOf(stage: Stage): FigurePlan[] {
  // First what looks back: the other figures write.
  return [...resumePlans(stage), heardPlan(stage), postPlan(stage), othersPlan(stage)];
}

function postgresPlansOf(stage: Stage): FigurePlan[] {
  const plans = [...resumePlans(stage).slice(0, 1), heardPlan(stage)];
  return plans.map((plan) => ({ ...plan, name: onPostgres(plan.name) }));
}

function onPostgres(name: string): string {
  return `PostgreSQL, ${name}`;
}

function heardPlan({ context: { options }, listeners }: Stage): FigurePlan {
  const run = async (): Promise<Sample> => {
    await listeners.open(Array.from({ length: 50 }, () => STREAM));
    const { p95, problem } = await listeners.save({ perSecond: 100, seconds: options.seconds });
    await listeners.close();
    return { value: p95, problem };
  };
  return { name: HEARD, unit: 'ms', contenders: [{ name: 'ours', sample: run, warmUp: run }], ratios: [] };
}

/** Each event fits the filters of two streams: one percent. */
function postPlan({ context: { load, options }, target: { url, headers }, listeners }: Stage): FigurePlan {
  const requests = Array.from({ length: NODES }, (_, index): RequestSpec => ({
    method: 'POST',
    path: '/api/memory/events',
    body: JSON.stringify({ ...sampleEvent(index), node: `node-${index}`, summary: 'sent at 0 ms' }),
  }));
  const post = (): Promise<Sample> =>
    load.run(
      { url, headers, requests, connections: CONNECTIONS, seconds: options.seconds },
      options.seconds * 1000 + GRACE_MS,
    );
  const paths = Array.from({ length: MOST }, (_, index) => `${STREAM}?node=node-${index % NODES}`);
  return {
    name: POST_BESIDE,
    unit: 'req/s',
    connections: CONNECTIONS,
    contenders: besides(listeners, paths, post),
    ratios: [['ours', NO_STREAMS]],
  };
}

function othersPlan({ context: { options }, target: { url, headers }, listeners }: Stage): FigurePlan {
  const { seconds } = options;
  const ask = async (): Promise<Sample> => {
    const bystander = new Worker<BystanderTask, Waiting>('load/bystander.js');
    const [{ readP95, problem }, saved] = await Promise.all([
      bystander.run({ url, headers, seconds }, seconds * 1000 + GRACE_MS),
      listeners.save({ perSecond: 50, seconds }),
    ]);
    bystander.stop();
    return { value: readP95, problem: problem ?? saved.problem };
  };
  return {
    name: OTHERS,
    unit: 'ms',
    contenders: besides(
      listeners,
      Array.from({ length: MOST }, () => STREAM),
      ask,
    ),
    ratios: [['ours', NO_STREAMS]],
  };
}

/** The same work with and without those who listen. */
function besides(listeners: Listeners, paths: string[], work: () => Promise<Sample>): Contender[] {
  const beside = async (): Promise<Sample> => {
    await listeners.open(paths);
    const sample = await work();
    const heard = await listeners.close();
    return heard > 0 ? sample : { ...sample, problem: 'nobody has heard anything' };
  };
  return [
    { name: 'ours', sample: beside, warmUp: beside },
    { name: NO_STREAMS, sample: work, warmUp: work },
  ];
}

function resumePlans({ target, listeners }: Stage): FigurePlan[] {
  const plan = (name: string, path: string, prepare = () => Promise.resolve()): FigurePlan => {
    const run = async (): Promise<Sample> => {
      const { p95, problem } = await listeners.resume(
        Array.from({ length: RESUMES }, () => path),
        await placesBack(target),
      );
      return { value: p95, problem };
    };
    const warmUp = async () => {
      await prepare();
      return run();
    };
    return { name, unit: 'ms', contenders: [{ name: 'ours', sample: run, warmUp }], ratios: [] };
  };
  return [plan(FROM_BEFORE, STREAM), plan(LAST_FITS, `${STREAM}?node=the-last`, () => saveLast(target))];
}

/** Of as many positions ago, and a little more each. */
async function placesBack({ url, headers }: Target): Promise<string[]> {
  const response = await fetch(`${url}/api/memory/changes?wait=0`, { headers });
  const { next = '' } = (await response.json()) as { next?: string };
  const [identity, position] = next.split('.');
  return Array.from(
    { length: RESUMES },
    (_, index) => `${identity}.${Number(position) - BACK - index * APART}.0`,
  );
}

async function saveLast({ url, headers }: Target): Promise<void> {
  const body = JSON.stringify({ ...sampleEvent(0), node: 'the-last' });
  const response = await fetch(`${url}/api/memory/events`, { method: 'POST', headers, body });
  if (response.status !== 201) throw new Error(`An event was answered with ${response.status}`);
}
