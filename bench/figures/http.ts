import { join } from 'node:path';
import { fillFile, type FileSize } from '../data/fill.js';
import { OPERATIONS, POST_BATCH, BATCH_SIZE, type Answer, type Operation } from '../data/operations.js';
import type { BareInsertTask } from '../load/bare-insert.js';
import { Server, type ServerName } from '../processes/server.js';
import { processorTimeOf } from '../processes/usage.js';
import { Worker } from '../processes/worker.js';
import type { Contender, Figure, FigurePlan, Sample, Target } from '../types.js';
import { GRACE_MS, wantedPlans, type Context } from './context.js';
import { measure, stepsOf } from './measure.js';

const WARM_UP_SECONDS = 2;
const SERVERS: ServerName[] = ['ours', 'peer', 'limit'];
export const SMALL_FILE: FileSize = { events: 10_000, messages: 10_000, sessions: 500, snapshots: 10 };

export async function measureHttp(context: Context): Promise<Figure[]> {
  const { options, progress, folder } = context;
  const operations = wantedPlans(options, OPERATIONS);
  if (operations.length === 0) return [];
  progress.note('Starting ours, peer and limit, each on the same 10 000 events and messages');
  const servers: Server[] = [];
  const targets: Target[] = [];
  for (const name of options.against ? [...SERVERS, 'before' as const] : SERVERS) {
    const server = await startFilled(name, join(folder, `${name}.db`));
    servers.push(server);
    targets.push(await server.target());
  }
  await warmUpServers(context, targets);
  const bare = new Worker<BareInsertTask, Sample>('load/bare-insert.js');
  const plans = operations.flatMap((operation) =>
    options.connections.map((connections) => planOf(context, operation, connections, targets, bare)),
  );
  progress.begin('HTTP', stepsOf(plans, options.rounds));
  const figures: Figure[] = [];
  for (const plan of plans) figures.push(await measure(plan, options.rounds, progress));
  progress.end();
  bare.stop();
  for (const server of servers) await server.stop();
  return figures;
}

/** The server makes its tables, then rests while they are filled. */
async function startFilled(name: ServerName, file: string): Promise<Server> {
  const maker = await Server.start(name, file);
  await maker.stop();
  await fillFile(file, SMALL_FILE, name === 'peer' ? 'datetime' : 'instant', () => undefined);
  return Server.start(name, file);
}

/** Code runs slowly until it is compiled; without this, the figure that happens to come first would pay for it. */
async function warmUpServers({ load }: Context, targets: Target[]): Promise<void> {
  const requests = OPERATIONS.flatMap((operation) => operation.requests).filter(
    ({ method }) => method === 'GET',
  );
  for (const { url, headers } of targets) {
    await load.run({ url, headers, requests, connections: 16, seconds: WARM_UP_SECONDS }, GRACE_MS);
  }
}

function planOf(
  context: Context,
  operation: Operation,
  connections: number,
  targets: Target[],
  bare: Worker<BareInsertTask, Sample>,
): FigurePlan {
  const plan: FigurePlan = {
    name: operation.name,
    unit: 'req/s',
    connections,
    contenders: targets.map((target) => httpContender(context, target, operation, connections)),
    ratios: targets.filter(({ name }) => name !== 'ours').map(({ name }) => ['ours', name]),
  };
  return operation.name === POST_BATCH ? withBareInserts(context, plan, bare) : plan;
}

function httpContender(
  { load, options }: Context,
  target: Target,
  operation: Operation,
  connections: number,
): Contender {
  const run = async (seconds: number) => {
    const headers = operation.conditional ? await withETag(target, operation) : target.headers;
    const { requests, conditional: allow304 } = operation;
    const task = { url: target.url, headers, requests, connections, seconds, allow304 };
    const before = processorTimeOf(target.pid);
    const result = await load.run(task, seconds * 1000 + GRACE_MS);
    const after = processorTimeOf(target.pid);
    if (before === undefined || after === undefined) return result;
    return { ...result, processor: (after - before) / result.count };
  };
  const warmUp = async () => {
    await checkAnswer(target, operation);
    await run(Math.min(1, options.seconds / 2));
  };
  return { name: target.name, sample: () => run(options.seconds), warmUp };
}

/** The same hundred events with nothing around them: on the limit's table, and on ours with all its indexes. */
function withBareInserts(
  { options, folder }: Context,
  plan: FigurePlan,
  worker: Worker<BareInsertTask, Sample>,
): FigurePlan {
  const bare = (name: string, tablesOf?: string): Contender => ({
    name,
    sample: async () => {
      const file = join(folder, `${name}.db`);
      const task = { file, rowsPerCommit: BATCH_SIZE, seconds: options.seconds, tablesOf };
      const { value } = await worker.run(task, options.seconds * 1000 + GRACE_MS);
      return { value: value / BATCH_SIZE };
    },
  });
  return {
    ...plan,
    contenders: [...plan.contenders, bare('bare insert'), bare('bare, our tables', join(folder, 'ours.db'))],
    ratios: [...plan.ratios, ['ours', 'bare insert'], ['ours', 'bare, our tables']],
  };
}

async function ask(target: Target, operation: Operation): Promise<Response> {
  const [request] = operation.requests;
  return fetch(`${target.url}${request?.path}`, {
    method: request?.method,
    headers: target.headers,
    body: request?.body,
    signal: AbortSignal.timeout(GRACE_MS),
  });
}

async function checkAnswer(target: Target, operation: Operation): Promise<void> {
  const response = await ask(target, operation);
  const text = await response.text();
  if (!response.ok) throw new Error(`answered ${response.status}: ${text.slice(0, 300)}`);
  if (!operation.accepts(JSON.parse(text) as Answer))
    throw new Error(`unexpected answer: ${text.slice(0, 300)}`);
}

async function withETag(target: Target, operation: Operation): Promise<Record<string, string>> {
  const response = await ask(target, operation);
  await response.arrayBuffer();
  const etag = response.headers.get('etag');
  return etag === null ? target.headers : { ...target.headers, 'if-none-match': etag };
}
