import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { addLargeEvents, fillFile } from '../data/fill.js';
import type { AttackTask, Outcomes } from '../load/attacker.js';
import { LONGEST_WAIT_MS, type BystanderTask, type Waiting } from '../load/bystander-task.js';
import { removeFolder } from '../processes/cleanup.js';
import { Server, type ServerName } from '../processes/server.js';
import { memoryOf } from '../processes/usage.js';
import { Worker } from '../processes/worker.js';
import type { Target } from '../types.js';
import { GRACE_MS, type Context } from './context.js';
import { SMALL_FILE } from './http.js';

export interface Measured extends Waiting {
  /** In megabytes. */
  peak: number;
  outcomes: Record<string, Outcomes>;
}

type Keys = AttackTask['keys'];

const KEYS_OF_A_ROLE = 8;
const LOOK_EVERY_MS = 100;
/** A machine that swaps measures nothing, and the server is ended before it does that to others. */
const MOST_MEGABYTES = 6_000;

export async function makeHostileFile(folder: string, name: ServerName): Promise<void> {
  const file = fileOf(folder, name);
  const maker = await Server.start(name, file);
  await maker.stop();
  await fillFile(file, SMALL_FILE, 'instant', () => undefined);
  addLargeEvents(file);
}

/** One load for a fixed time against a server of its own, which is then ended at once, whatever it still has to do. */
export async function measureLoad(
  { options, folder }: Context,
  name: ServerName,
  lanes: AttackTask['lanes'],
): Promise<Measured> {
  const ownFolder = join(folder, 'hostile');
  mkdirSync(ownFolder);
  const file = join(ownFolder, 'jarvis.db');
  copyFileSync(fileOf(folder, name), file);
  const server = await Server.start(name, file);
  const watch = watchMemory(server);
  try {
    const target = await server.target();
    const keys = await makeKeys(target);
    const { url, headers } = target;
    const seconds = options.hostileSeconds;
    const measured = await attack({ url, keys, lanes, seconds }, { url, headers, seconds });
    return { ...measured, peak: watch.peak(), problem: watch.problem() ?? measured.problem };
  } finally {
    watch.stop();
    await server.kill();
    removeFolder(ownFolder);
  }
}

async function attack(attackTask: AttackTask, task: BystanderTask) {
  const attacker = new Worker<AttackTask, Record<string, Outcomes>>('load/attacker.js');
  const bystander = new Worker<BystanderTask, Waiting>('load/bystander.js');
  const longestMs = task.seconds * 1000 + LONGEST_WAIT_MS + GRACE_MS;
  try {
    // The bystander begins where there is no load yet, so that code is compiled and connections are open.
    const waiting = bystander.run(task, longestMs);
    const [outcomes, measured] = await Promise.all([attacker.run(attackTask, longestMs), waiting]);
    return { ...measured, outcomes };
  } finally {
    attacker.stop();
    bystander.stop();
  }
}

function watchMemory(server: Server) {
  let peak = 0;
  let problem: string | undefined;
  const look = () => {
    if (server.hasEnded) {
      problem ??= `the server ended: ${server.output()}`;
      return;
    }
    const memory = memoryOf(server.pid);
    peak = Math.max(peak, memory.peak || 0);
    if (memory.now > MOST_MEGABYTES) {
      problem ??= `ended by the bench at ${memory.now.toFixed(0)} MB`;
      void server.kill();
    }
  };
  const timer = setInterval(look, LOOK_EVERY_MS);
  return {
    peak: () => {
      look();
      return peak;
    },
    problem: () => problem,
    stop: () => {
      clearInterval(timer);
    },
  };
}

async function makeKeys(target: Target): Promise<Keys> {
  const make = (role: string) =>
    Promise.all(
      Array.from({ length: KEYS_OF_A_ROLE }, (_, index) => makeKey(target, role, `${role}-${index}`)),
    );
  return { reader: await make('reader'), ingest: await make('ingest'), writer: await make('writer') };
}

async function makeKey({ url, headers }: Target, role: string, name: string): Promise<string> {
  const body = JSON.stringify({ name, role });
  const response = await fetch(`${url}/api/auth/keys`, { method: 'POST', headers, body });
  const { secret } = (await response.json()) as { secret?: string };
  if (!secret) throw new Error(`making a key answered ${response.status}`);
  return secret;
}

function fileOf(folder: string, name: ServerName): string {
  return join(folder, `hostile-${name}.db`);
}
