import { request, type ClientRequest, type IncomingMessage } from 'node:http';
import { setPriority } from 'node:os';
import { setMaxListeners } from 'node:events';
import { finished } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { ATTACKS, type Attack, type AttackName } from '../data/attacks.js';
import { serveTasks } from '../processes/serve-tasks.js';

export interface AttackTask {
  url: string;
  /** Of each role several: what one caller may hold is bounded, so that one alone would not be the worst. */
  keys: Record<Attack['role'], string[]>;
  /** How many connections do what at once. */
  lanes: Partial<Record<AttackName, number>>;
  seconds: number;
}

/** How often each outcome came: a status, `cut` where the server closed the connection, `unanswered` at the end. */
export type Outcomes = Record<string, number>;

const LOWER_PRIORITY = 10;
/** After an error at once, as a client would that does not give up. */
const PAUSE_MS = 5;

// The bystander, whose waiting is measured, must not wait for the processor that the attack itself takes.
setPriority(LOWER_PRIORITY);
serveTasks(attack);

async function attack({ url, keys, lanes, seconds }: AttackTask): Promise<Record<string, Outcomes>> {
  const deadline = AbortSignal.timeout(seconds * 1000);
  // One for each connection, and no leak.
  setMaxListeners(0, deadline);
  const outcomes: Record<string, Outcomes> = {};
  const all = Object.entries(lanes).flatMap(([name, count]) => {
    const tally: Outcomes = (outcomes[name] = {});
    const { [name as AttackName]: repeated } = ATTACKS;
    return Array.from({ length: count }, (_, lane) => {
      const ofRole = keys[repeated.role];
      return repeat(url, repeated, ofRole[lane % ofRole.length] ?? '', tally, deadline);
    });
  });
  await Promise.all(all);
  return outcomes;
}

async function repeat(url: string, attack: Attack, key: string, tally: Outcomes, deadline: AbortSignal) {
  while (!deadline.aborted) {
    const outcome = await send(url, attack, key, deadline).catch((error: unknown) =>
      error instanceof Error && error.name === 'AbortError' ? 'unanswered' : 'cut',
    );
    tally[outcome] = (tally[outcome] ?? 0) + 1;
    if (outcome === 'cut') await sleep(PAUSE_MS);
  }
}

async function send(url: string, attack: Attack, key: string, signal: AbortSignal): Promise<string> {
  const { method, path, body, gzip, stopsAfter, unreadMs = 0 } = attack;
  const headers = {
    'x-api-key': key,
    ...(body && { 'content-type': 'application/json', 'content-length': body.length }),
    ...(gzip && { 'content-encoding': 'gzip' }),
  };
  const sending = request(`${url}${path}`, { method, headers, agent: false, signal });
  const answer = answerTo(sending);
  if (stopsAfter === undefined) sending.end(body);
  else sending.write(body?.subarray(0, stopsAfter));
  const response = await answer;
  await sleep(unreadMs, undefined, { signal });
  await finished(response.resume());
  return String(response.statusCode);
}

function answerTo(sending: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    sending.once('response', resolve);
    // It stays: a server that answers early and closes makes what is still being sent fail after the answer.
    sending.on('error', reject);
  });
}
