import { copyFileSync, constants, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { FileSize } from '../data/fill.js';
import { keptFile } from '../data/large-file.js';
import { removeFolder } from '../processes/cleanup.js';
import { Server } from '../processes/server.js';
import { memoryOf } from '../processes/usage.js';
import { fillScaleFile } from '../scale/fill-sqlite.js';
import { indexSize, type IndexSize } from '../scale/index-size.js';
import { contextPacks, freshLists, searches, toolCalls, usageOfYears } from '../scale/questions.js';
import type { Contender, Figure, FigurePlan, RequestSpec, Sample, Target } from '../types.js';
import { GRACE_MS, wantedPlans, type Context } from './context.js';
import { largeSize } from './large-file.js';
import { measure, stepsOf } from './measure.js';
import { NAMES_OF_TIME, timePlans } from './time-machine.js';

const SCALE = 'At scale';
export const SEARCH_COMMON = `${SCALE}, p95 of search, three common words`;
export const SEARCH_QUESTION = `${SCALE}, p95 of search, a question`;
export const SEARCH_PASTED = `${SCALE}, p95 of search, 200 pasted words`;
export const SEARCH_TYPO = `${SCALE}, p95 of search, a typo`;
export const CONTEXT_PACK = `${SCALE}, p95 of context pack`;
export const USAGE = `${SCALE}, p95 of usage by day over a year`;
export const SEARCH_OVER_MCP = `${SCALE}, p95 of memory_search over MCP, beyond that of the search`;
export const LISTS_BESIDE = `${SCALE}, p95 of lists beside two searches a second`;
export const RECALL_MEMORY = `${SCALE}, resident memory while it searches`;
export const INDEX_SIZE = `${SCALE}, size of the index`;
export const NOTHING_ELSE = 'nothing else';
export const INDEXED_TEXT = 'text';

export const NAMES_OF_LATENCIES = [
  SEARCH_COMMON,
  SEARCH_QUESTION,
  SEARCH_PASTED,
  SEARCH_TYPO,
  CONTEXT_PACK,
  USAGE,
  ...NAMES_OF_TIME,
];
const NAMES = [...NAMES_OF_LATENCIES, SEARCH_OVER_MCP, LISTS_BESIDE, RECALL_MEMORY, INDEX_SIZE];
const REQUESTS = 100;
const LONGEST_REQUEST_MS = 2_000;
const CONNECTIONS = 16;
const LISTS = 2_000;
/** A p95 needs some hundred lists, and a second has but two searches. */
const LIST_SECONDS = 5;
const SEARCH_EVERY_MS = 500;

/** Recall on many rows, by one who waits for each answer, and what others notice of it. */
export async function measureScale(context: Context): Promise<Figure[]> {
  const { options, progress, folder } = context;
  const size = { ...largeSize(options.largeRows), snapshots: 0 };
  const plans = wantedPlans(
    options,
    NAMES.map((name) => ({ name })),
  );
  // It takes minutes: with --quick only where it is asked for.
  if (plans.length === 0 || (options.quick && options.only === '')) return [];
  const filling = {
    name: 'scale-spans',
    fill: (path: string, _: unknown, onRows: (rows: number) => void) =>
      fillScaleFile(path, size.events, onRows),
  };
  const kept = await keptFile(size, progress, filling);
  const ownFolder = join(folder, 'scale');
  mkdirSync(ownFolder);
  // A copy: the kept file must not change.
  const file = join(ownFolder, 'jarvis.db');
  copyFileSync(kept, file, constants.COPYFILE_FICLONE);
  const server = await Server.start('ours', file);
  const target = await server.target();
  const measured = await measureAll(context, target, indexSize(kept), size);
  await server.stop();
  removeFolder(ownFolder);
  return measured;
}

async function measureAll(
  context: Context,
  target: Target,
  index: IndexSize,
  size: FileSize,
): Promise<Figure[]> {
  const { options, progress } = context;
  const plans = wantedPlans(options, [
    ...latencyPlans(context, target, size),
    searchOverMcp(context, target),
    listsBeside(context, target),
    {
      name: RECALL_MEMORY,
      unit: 'MB' as const,
      contenders: [value('ours', () => memoryOf(target.pid).peak)],
      ratios: [],
    },
    {
      name: INDEX_SIZE,
      unit: 'MB' as const,
      contenders: [value('ours', () => index.index), value(INDEXED_TEXT, () => index.text)],
      ratios: [['ours', INDEXED_TEXT] as [string, string]],
    },
  ]);
  progress.begin(SCALE, stepsOf(plans, options.rounds));
  const figures: Figure[] = [];
  for (const plan of plans) figures.push(await measure(plan, options.rounds, progress));
  progress.end();
  return figures;
}

/** One at a time: what a request takes, without the queue in front of it. */
export function latencyPlans(context: Context, target: Target, { events, sessions }: FileSize): FigurePlan[] {
  const { common, question, pasted, typo } = searches();
  const plan = (name: string, requests: RequestSpec[] | (() => RequestSpec[])): FigurePlan => {
    const run = () => oneByOne(context, target, typeof requests === 'function' ? requests() : requests);
    return { name, unit: 'ms', contenders: [{ name: 'ours', sample: run, warmUp: run }], ratios: [] };
  };
  return [
    plan(SEARCH_COMMON, common),
    plan(SEARCH_QUESTION, question),
    plan(SEARCH_PASTED, pasted),
    plan(SEARCH_TYPO, typo),
    plan(CONTEXT_PACK, contextPacks(sessions)),
    plan(USAGE, usageOfYears),
    ...timePlans(target, events, (requests) => oneByOne(context, target, requests)),
  ];
}

async function oneByOne(
  { load }: Context,
  { url, headers }: Pick<Target, 'url' | 'headers'>,
  requests: RequestSpec[],
): Promise<Sample> {
  const task = { url, headers, requests, connections: 1, amount: REQUESTS };
  const { p95, problem } = await load.run(task, REQUESTS * LONGEST_REQUEST_MS + GRACE_MS);
  return { value: p95, problem };
}

function searchOverMcp(context: Context, target: Target): FigurePlan {
  const { question } = searches();
  const { headers, requests } = toolCalls(question);
  const overMcp = { url: target.url, headers: { ...target.headers, ...headers } };
  const run = async (): Promise<Sample> => {
    const search = await oneByOne(context, target, question);
    const call = await oneByOne(context, overMcp, requests);
    return { value: call.value - search.value, problem: call.problem ?? search.problem };
  };
  const warmUp = async () => {
    const [first] = requests;
    const response = await fetch(`${overMcp.url}${first?.path}`, { ...first, headers: overMcp.headers });
    const text = await response.text();
    // A tool that fails is answered with 200.
    if (!text.includes('structuredContent')) throw new Error(`no answer of a tool: ${text.slice(0, 300)}`);
    await run();
  };
  return {
    name: SEARCH_OVER_MCP,
    unit: 'ms',
    contenders: [{ name: 'ours', sample: run, warmUp }],
    ratios: [],
  };
}

function listsBeside({ load }: Context, target: Target): FigurePlan {
  const { url, headers } = target;
  const lists = async () => {
    const requests = freshLists(LISTS);
    const task = { url, headers, requests, connections: CONNECTIONS, seconds: LIST_SECONDS };
    const { p95, problem } = await load.run(task, LIST_SECONDS * 1000 + GRACE_MS);
    return { value: p95, problem };
  };
  const beside = async () => {
    const { question } = searches();
    let asked = 0;
    const timer = setInterval(() => {
      const path = question[++asked % question.length]?.path ?? '';
      void fetch(url + path, { headers }).then((response) => response.text());
    }, SEARCH_EVERY_MS);
    try {
      return await lists();
    } finally {
      clearInterval(timer);
    }
  };
  return {
    name: LISTS_BESIDE,
    unit: 'ms',
    connections: CONNECTIONS,
    contenders: [
      { name: 'ours', sample: beside, warmUp: beside },
      { name: NOTHING_ELSE, sample: lists, warmUp: lists },
    ],
    ratios: [['ours', NOTHING_ELSE]],
  };
}

function value(name: string, read: () => number): Contender {
  return { name, sample: () => Promise.resolve({ value: read() }) };
}
