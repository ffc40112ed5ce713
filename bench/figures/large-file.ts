import type { FileSize } from '../data/fill.js';
import { keptFile } from '../data/large-file.js';
import { sessionName } from '../data/fill.js';
import { Server } from '../processes/server.js';
import type { Contender, Figure, FigurePlan, RequestSpec, Target } from '../types.js';
import { GRACE_MS, wantedPlans, type Context } from './context.js';
import { SMALL_FILE } from './http.js';
import { measure, stepsOf } from './measure.js';

interface LargeFileQuestion {
  name: string;
  requests: (size: FileSize) => RequestSpec[];
}

const SPREAD = 40;
const MESSAGES_PER_SESSION = 20;
const SNAPSHOTS = 100;
/** As far back as the events of the small file go, so that the page in the middle exists in both. */
const REACH_MS = 24 * 3600 * 1000;

const LARGE = 'large file';
export const SMALL = 'small file';
export const LIST_PAGE = 'p95 of list page';
export const START = 'Start to ready';

const QUESTIONS: LargeFileQuestion[] = [
  { name: `${LIST_PAGE}, newest`, requests: () => [get('/events?limit=50')] },
  { name: `${LIST_PAGE}, filtered`, requests: () => [get('/events?type=alert&node=pve2')] },
  { name: `${LIST_PAGE}, unresolved`, requests: () => [get('/events/unresolved')] },
  { name: `${LIST_PAGE}, in the middle`, requests: middlePages },
  { name: 'p95 of list of sessions', requests: () => [get('/conversations')] },
  { name: 'p95 of messages of a session', requests: sessionsOfAll },
];

export function largeSize(rows: number): FileSize {
  return { events: rows, messages: rows, sessions: rows / MESSAGES_PER_SESSION, snapshots: SNAPSHOTS };
}

export async function measureLargeFile(context: Context): Promise<Figure[]> {
  const { options, progress } = context;
  const questions = wantedPlans(options, QUESTIONS);
  const starts = wantedPlans(options, [{ name: START }]);
  if (questions.length + starts.length === 0) return [];
  const files = {
    large: await keptFile(largeSize(options.largeRows), progress),
    small: await keptFile(SMALL_FILE, progress),
  };
  const figures: Figure[] = [];
  if (questions.length > 0) figures.push(...(await measureLists(context, files, questions)));
  if (starts.length > 0) figures.push(await measureStart(context, files));
  return figures;
}

interface Files {
  large: string;
  small: string;
}

async function measureLists(
  context: Context,
  files: Files,
  questions: LargeFileQuestion[],
): Promise<Figure[]> {
  const { options, progress } = context;
  const servers = {
    large: await Server.start('ours', files.large),
    small: await Server.start('ours', files.small),
  };
  const targets = { large: await servers.large.target(), small: await servers.small.target() };
  const plans = questions.map(({ name, requests }): FigurePlan => ({
    name,
    unit: 'ms',
    contenders: [
      latencyContender(context, LARGE, targets.large, () => requests(largeSize(options.largeRows))),
      latencyContender(context, SMALL, targets.small, () => requests(SMALL_FILE)),
    ],
    ratios: [[LARGE, SMALL]],
  }));
  progress.begin('Large file', stepsOf(plans, options.rounds));
  const figures: Figure[] = [];
  for (const plan of plans) figures.push(await measure(plan, options.rounds, progress));
  progress.end();
  await servers.large.stop();
  await servers.small.stop();
  return figures;
}

/** One connection: what a request takes, without the queue in front of it. */
export function latencyContender(
  { load, options }: Context,
  name: string,
  { url, headers }: Target,
  requests: () => RequestSpec[],
): Contender {
  const run = async () => {
    const task = { url, headers, requests: requests(), connections: 1, amount: options.latencyRequests };
    const { p95, problem } = await load.run(task, options.latencyRequests * 100 + GRACE_MS);
    return { value: p95, problem };
  };
  return { name, sample: run, warmUp: run };
}

/** The file is in the page cache of the system, as it is on a machine where only the service restarts. */
async function measureStart({ options, progress }: Context, files: Files): Promise<Figure> {
  const start = (name: string, file: string): Contender => ({
    name,
    sample: async () => {
      const server = await Server.start('ours', file);
      await server.stop();
      return { value: server.startedInMs };
    },
  });
  const plan: FigurePlan = {
    name: START,
    unit: 'ms',
    contenders: [start(LARGE, files.large), start(SMALL, files.small)],
    ratios: [[LARGE, SMALL]],
  };
  progress.begin('Start', stepsOf([plan], options.startRounds));
  const figure = await measure(plan, options.startRounds, progress);
  progress.end();
  return figure;
}

function get(path: string): RequestSpec {
  return { method: 'GET', path: `/api/memory${path}` };
}

function middlePages(): RequestSpec[] {
  const now = Date.now();
  return Array.from({ length: SPREAD }, (_, index) => {
    const until = new Date(now - (REACH_MS * (index + 1)) / SPREAD).toISOString();
    return get(`/events?until=${encodeURIComponent(until)}`);
  });
}

function sessionsOfAll({ sessions }: FileSize): RequestSpec[] {
  return Array.from({ length: SPREAD }, (_, index) =>
    get(`/conversations/${sessionName(Math.floor((sessions * index) / SPREAD))}`),
  );
}
