import { filledDatabase, startPostgres, type Postgres } from '../data/postgres.js';
import { OPERATIONS, POST_EVENT } from '../data/operations.js';
import type { LoadResult, LoadTask } from '../load/load-task.js';
import { Server } from '../processes/server.js';
import { Worker } from '../processes/worker.js';
import type { Contender, Figure, FigurePlan, RequestSpec, Sample, Target } from '../types.js';
import { GRACE_MS, wanted, wantedPlans, type Context } from './context.js';
import { latencyContender } from './large-file.js';
import { measure, stepsOf } from './measure.js';

const CONNECTIONS = 64;
const SMALL_ROWS = 10_000;
const PAGES = 400;
const DAY_MS = 24 * 3600 * 1000;
/** As far back as the events of the small database go. */
const REACH_MS = 2 * DAY_MS;
export const POSTGRES_LIMIT = 'postgres-limit';
export const POSTGRES_SMALL = 'small database';
const LARGE = 'large database';
export const POSTGRES_POST = `PostgreSQL, ${POST_EVENT}, ${CONNECTIONS} connections`;
const TWO_INSTANCES = `PostgreSQL, ${POST_EVENT}, ${2 * CONNECTIONS} connections`;
export const POSTGRES_LIST_PAGE = 'PostgreSQL, p95 of list page';
/** Not among the list pages: they look at as many entries as a page may, and the small database has fewer. */
const RARE = 'PostgreSQL, p95 of rare list';

const QUESTIONS: { name: string; requests: () => RequestSpec[] }[] = [
  { name: `${POSTGRES_LIST_PAGE}, newest`, requests: pages('/events?limit=50') },
  { name: `${POSTGRES_LIST_PAGE}, one filter`, requests: pages('/events?type=alert') },
  { name: `${POSTGRES_LIST_PAGE}, two filters`, requests: pages('/events?type=alert&node=pve2') },
  { name: `${POSTGRES_LIST_PAGE}, several values`, requests: pages('/events?type=alert&type=metric') },
  { name: `${POSTGRES_LIST_PAGE}, unresolved`, requests: pages('/events/unresolved?limit=50') },
  { name: `${POSTGRES_LIST_PAGE}, in the middle`, requests: pages('/events?limit=50', REACH_MS) },
  { name: `${RARE}, unresolved of a node`, requests: pages('/events?node=pve2&resolved=false') },
  {
    name: `${RARE}, four filters`,
    requests: pages('/events?type=alert&severity=critical&source=user&resolved=false'),
  },
  { name: `${RARE}, nothing found`, requests: pages('/events?node=nowhere&type=alert') },
];

let asked = 0;

/** No page twice, not even in another round: an answer that is still right would come from memory. */
function pages(path: string, reachMs = 0): () => RequestSpec[] {
  const newest = Date.now() + DAY_MS;
  return () =>
    Array.from({ length: PAGES }, (_, index) => {
      const start = reachMs > 0 ? newest - DAY_MS - (reachMs * index) / PAGES : newest;
      const until = new Date(start + ++asked).toISOString();
      return { method: 'GET', path: `/api/memory${path}&until=${until}` };
    });
}

export async function measurePostgres(context: Context): Promise<Figure[]> {
  const { options } = context;
  const questions = wantedPlans(options, QUESTIONS);
  const hasWrites = wanted(options, POSTGRES_POST) || wanted(options, TWO_INSTANCES);
  if (questions.length === 0 && !hasWrites) return [];
  const postgres = await startPostgres();
  const figures: Figure[] = [];
  if (hasWrites) figures.push(...(await measureWrites(context, postgres)));
  if (questions.length > 0) figures.push(...(await measureLists(context, postgres, questions)));
  await postgres.destroy();
  return figures;
}

async function measureWrites(context: Context, postgres: Postgres): Promise<Figure[]> {
  const shared = await postgres.createDatabase();
  const first = await Server.start('ours', shared.url);
  const second = await Server.start('ours', shared.url);
  const limit = await Server.start(POSTGRES_LIMIT, (await postgres.createDatabase()).url);
  const targets = [await first.target(), await second.target()] as const;
  const load = new Worker<LoadTask, LoadResult>('load/generator.js');
  const plans = wantedPlans(context.options, [
    againstLimit(context, targets[0], await limit.target()),
    againstOne(context, targets, load),
  ]);
  const figures = await measureAll(context, plans);
  load.stop();
  for (const server of [first, second, limit]) await server.stop();
  return figures;
}

function againstLimit(context: Context, ours: Target, limit: Target): FigurePlan {
  const contender = (name: string, target: Target): Contender => {
    const sample = () => post(context, context.load, target, CONNECTIONS);
    return { name, sample, warmUp: sample };
  };
  return {
    name: POSTGRES_POST,
    unit: 'req/s',
    contenders: [contender('ours', ours), contender(POSTGRES_LIMIT, limit)],
    ratios: [['ours', POSTGRES_LIMIT]],
  };
}

function againstOne(
  context: Context,
  [first, second]: readonly [Target, Target],
  load: Worker<LoadTask, LoadResult>,
): FigurePlan {
  const one = () => post(context, context.load, first, 2 * CONNECTIONS);
  const two = async (): Promise<Sample> => {
    const results = await Promise.all([
      post(context, context.load, first, CONNECTIONS),
      post(context, load, second, CONNECTIONS),
    ]);
    const problem = results.flatMap((result) => result.problem ?? []).join('; ') || undefined;
    return { value: results[0].value + results[1].value, problem };
  };
  return {
    name: TWO_INSTANCES,
    unit: 'req/s',
    contenders: [
      { name: 'two instances', sample: two, warmUp: two },
      { name: 'one instance', sample: one, warmUp: one },
    ],
    ratios: [['two instances', 'one instance']],
  };
}

function post(
  { options: { seconds } }: Context,
  load: Worker<LoadTask, LoadResult>,
  { url, headers }: Target,
  connections: number,
): Promise<LoadResult> {
  const requests = OPERATIONS.find(({ name }) => name === POST_EVENT)?.requests ?? [];
  return load.run({ url, headers, requests, connections, seconds }, seconds * 1000 + GRACE_MS);
}

async function measureLists(
  context: Context,
  postgres: Postgres,
  questions: typeof QUESTIONS,
): Promise<Figure[]> {
  const { postgresRows } = context.options;
  context.progress.note(`Filling PostgreSQL with ${postgresRows} events`);
  const large = await Server.start('ours', (await filledDatabase(postgres, postgresRows)).url);
  const small = await Server.start('ours', (await filledDatabase(postgres, SMALL_ROWS)).url);
  const targets = { large: await large.target(), small: await small.target() };
  const plans = questions.map(({ name, requests }): FigurePlan => ({
    name,
    unit: 'ms',
    contenders: [
      latencyContender(context, LARGE, targets.large, requests),
      latencyContender(context, POSTGRES_SMALL, targets.small, requests),
    ],
    ratios: [[LARGE, POSTGRES_SMALL]],
  }));
  const figures = await measureAll(context, plans);
  await large.stop();
  await small.stop();
  return figures;
}

async function measureAll({ options, progress }: Context, plans: FigurePlan[]): Promise<Figure[]> {
  progress.begin('PostgreSQL', stepsOf(plans, options.rounds));
  const figures: Figure[] = [];
  for (const plan of plans) figures.push(await measure(plan, options.rounds, progress));
  progress.end();
  return figures;
}
