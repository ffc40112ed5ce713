import { setTimeout as sleep } from 'node:timers/promises';
import type { ListenResult, ListenTask } from '../load/listen-task.js';
import { Worker } from '../processes/worker.js';
import type { Target } from '../types.js';
import { GRACE_MS } from './context.js';

/** So many streams may be open with one key. */
const STREAMS_OF_A_KEY = 20;
const MOST_STREAMS = 200;
/** The service notices a line that is closed a little later. */
const AGAIN_WITHIN = 20;
const AGAIN_AFTER_MS = 50;

interface Pace {
  perSecond: number;
  seconds: number;
  details?: number;
  isHeard?: boolean;
}

/** Clients of streams of one service, in a process of their own. */
export class Listeners {
  private readonly worker = new Worker<ListenTask, ListenResult>('load/listeners.js');

  private constructor(
    private readonly target: Target,
    private readonly keys: string[],
  ) {}

  static async of(target: Target): Promise<Listeners> {
    const keys = Array.from({ length: MOST_STREAMS / STREAMS_OF_A_KEY }, (_, index) =>
      makeKey(target, index),
    );
    return new Listeners(target, await Promise.all(keys));
  }

  /** One for each path. */
  async open(paths: string[], isReading = true): Promise<void> {
    const { url } = this.target;
    await this.run({ kind: 'open', url, keys: this.keys, paths, isReading });
  }

  /** Saves events at a steady pace, which all who listen hear. @returns when they did. */
  save({ perSecond, seconds, details = 0, isHeard = true }: Pace): Promise<ListenResult> {
    const { url, headers } = this.target;
    const task: ListenTask = { kind: 'save', url, headers, perSecond, seconds, details, isHeard };
    return this.run(task, seconds * 1000);
  }

  /** Goes on after each of some places. @returns when the first messages came. */
  resume(paths: string[], after: string[]): Promise<ListenResult> {
    const { url, headers } = this.target;
    return this.run({ kind: 'resume', url, headers, paths, after });
  }

  /** All of them; returns when the service knows it. @returns how many messages they have heard. */
  async close(): Promise<number> {
    const { heard } = await this.run({ kind: 'close' });
    for (let look = 0; look < AGAIN_WITHIN && (await openStreams(this.target)) > 0; look += 1)
      await sleep(AGAIN_AFTER_MS);
    return heard;
  }

  stop(): void {
    this.worker.stop();
  }

  private run(task: ListenTask, longestMs = 0): Promise<ListenResult> {
    return this.worker.run(task, longestMs + GRACE_MS);
  }
}

async function openStreams({ url, headers }: Target): Promise<number> {
  const text = await (await fetch(`${url}/api/metrics`, { headers })).text();
  return Number(/^jarvis_memory_streams (\d+)/m.exec(text)?.[1]);
}

async function makeKey({ url, headers }: Target, index: number): Promise<string> {
  const body = JSON.stringify({ name: `listener ${index}`, role: 'reader' });
  const response = await fetch(`${url}/api/auth/keys`, { method: 'POST', headers, body });
  const { secret } = (await response.json()) as { secret?: string };
  if (!secret) throw new Error(`making a key answered ${response.status}`);
  return secret;
}
