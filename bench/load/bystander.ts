import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { sessionName } from '../data/fill.js';
import { serveTasks } from '../processes/serve-tasks.js';
import { percentile } from '../statistics.js';
import { LONGEST_WAIT_MS, type BystanderTask, type Waiting } from './bystander-task.js';

interface Answers {
  answered: number;
  /** Milliseconds, of those without an answer as well. */
  times: number[];
  refused: Record<string, number>;
}

const PAUSE_MS = 10;
/** Both small; the second is asked for anew whenever events are written. */
const PAGES = [
  `/api/memory/conversations/${sessionName(1)}`,
  '/api/memory/events?type=alert&node=pve2&limit=10',
];

serveTasks(standBy);

/** What others feel: one who asks whether the service lives, and two who read small pages. */
async function standBy({ url, headers, seconds }: BystanderTask): Promise<Waiting> {
  const startedAt = performance.now();
  const until = startedAt + seconds * 1000;
  const [live, ...pages] = await Promise.all([
    askUntil(until, `${url}/api/health/live`, {}),
    ...PAGES.map((page) => askUntil(until, url + page, headers)),
  ]);
  const elapsedSeconds = (performance.now() - startedAt) / 1000;
  const reads = pages.flatMap(({ times }) => times).sort((a, b) => a - b);
  const refused = [live, ...pages].flatMap((answers) => Object.entries(answers.refused));
  return {
    longestLiveMs: Math.max(...live.times),
    readsPerSecond: pages.reduce((sum, { answered }) => sum + answered, 0) / elapsedSeconds,
    readP95: percentile(reads, 0.95),
    problem: refused.map(([outcome, count]) => `${count} of a bystander: ${outcome}`).join('; ') || undefined,
  };
}

async function askUntil(until: number, url: string, headers: Record<string, string>): Promise<Answers> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const answers: Answers = { answered: 0, times: [], refused: {} };
  while (performance.now() < until) {
    const startedAt = performance.now();
    const outcome = await ask(url, headers, agent).catch(nameOf);
    answers.times.push(performance.now() - startedAt);
    if (outcome === '200') answers.answered += 1;
    // No answer in time is a long time, which the figure shows; every other is a fault.
    else if (outcome !== 'TimeoutError') answers.refused[outcome] = (answers.refused[outcome] ?? 0) + 1;
    await sleep(PAUSE_MS);
  }
  agent.destroy();
  return answers;
}

/** What a timeout ends is an `AbortError` with the timeout as its cause. */
function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.name : error.message;
}

function ask(url: string, headers: Record<string, string>, agent: Agent): Promise<string> {
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(LONGEST_WAIT_MS);
    const asking = request(url, { headers, agent, signal }, (response) => {
      response.resume().once('end', () => {
        resolve(String(response.statusCode));
      });
    });
    asking.once('error', reject).end();
  });
}
