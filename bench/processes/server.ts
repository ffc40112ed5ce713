import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Target } from '../types.js';
import { trackChild } from './cleanup.js';

const READY_WITHIN_MS = 120_000;
const STOP_WITHIN_MS = 15_000;
const HEALTH_EVERY_MS = 10;
const OUTPUT_KEPT = 4_000;

/** Paths are relative to the compiled file, in `bench/.build/processes/`. `before` is the build that `--against` names. */
const ENTRIES = {
  before: '',
  ours: fileURLToPath(new URL('../../../dist/src/main.js', import.meta.url)),
  peer: fileURLToPath(new URL('../peer/server.js', import.meta.url)),
  limit: fileURLToPath(new URL('../limit/server.js', import.meta.url)),
  'postgres-limit': fileURLToPath(new URL('../limit/postgres.js', import.meta.url)),
};

export type ServerName = keyof typeof ENTRIES;

/** @param folder of another checkout of this project, which is built. */
export function setBefore(folder: string): void {
  const entry = resolve(folder, 'dist/src/main.js');
  if (!existsSync(entry)) throw new Error(`--against: there is no ${entry}; build it first`);
  ENTRIES.before = entry;
}

/** The program of the service. */
export function entryOf(name: ServerName): string {
  return ENTRIES[name];
}

const PASSWORD = randomBytes(12).toString('hex');
const SECRET = randomBytes(32).toString('hex');

export class Server {
  private constructor(
    readonly name: ServerName,
    readonly url: string,
    readonly startedInMs: number,
    private readonly child: ChildProcess,
    /** The end of what it wrote. */
    readonly output: () => string,
  ) {}

  /**
   * Resolves when `/api/health` answers 200; `startedInMs` counts from the spawn to that answer.
   * @param store a file, or the URL of a PostgreSQL database.
   */
  static async start(name: ServerName, store: string): Promise<Server> {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const startedAt = performance.now();
    // The peer and the limit end with the channel to this process; the service knows nothing of it.
    const isService = name === 'ours' || name === 'before';
    const stdio: StdioOptions = isService ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'pipe', 'pipe', 'ipc'];
    // As the unit and the image have it; the peer as its authors would run it.
    const flags = isService
      ? ['--max-semi-space-size=16', '--v8-pool-size=1', '--gc-memory-reducer-start-delay-ms=3600000']
      : [];
    const child = spawn(process.execPath, [...flags, ENTRIES[name]], {
      env: environment(port, store),
      stdio,
    });
    trackChild(child);
    const output = keepOutput(child);
    await untilHealthy(url, child, () => `${name} did not become ready\n${output()}`);
    return new Server(name, url, performance.now() - startedAt, child, output);
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** The limits know no tokens. */
  async target(): Promise<Target> {
    const headers: Record<string, string> = { 'content-type': 'application/json' };
    if (!this.name.endsWith('limit')) headers['authorization'] = `Bearer ${await this.login()}`;
    return { name: this.name, url: this.url, pid: this.pid, headers };
  }

  get hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  async stop(): Promise<void> {
    const late = setTimeout(() => this.child.kill('SIGKILL'), STOP_WITHIN_MS);
    await this.end('SIGTERM');
    clearTimeout(late);
  }

  kill(): Promise<void> {
    return this.end('SIGKILL');
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    if (this.hasEnded) return;
    const gone = once(this.child, 'exit');
    this.child.kill(signal);
    await gone;
  }

  private async login(): Promise<string> {
    const response = await fetch(`${this.url}/api/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ password: PASSWORD }),
    });
    const answer = (await response.json()) as { token?: string };
    if (!answer.token) throw new Error(`${this.name}: login answered ${response.status}`);
    return answer.token;
  }
}

function environment(port: number, store: string): NodeJS.ProcessEnv {
  return {
    PATH: process.env['PATH'],
    NODE_ENV: 'production',
    // As the unit and the image have it.
    MALLOC_MMAP_THRESHOLD_: '131072',
    MALLOC_TRIM_THRESHOLD_: '131072',
    HOST: '127.0.0.1',
    PORT: String(port),
    ...(store.startsWith('postgres:') ? { DATABASE_URL: store } : { DB_PATH: store }),
    JARVIS_PASSWORD: PASSWORD,
    JWT_SECRET: SECRET,
    LOG_LEVEL: 'warn',
    RATE_LIMIT: '0',
    MAX_CONNECTIONS_PER_ADDRESS: '0',
  };
}

function keepOutput(child: ChildProcess): () => string {
  let output = '';
  const keep = (chunk: Buffer) => (output = (output + chunk.toString()).slice(-OUTPUT_KEPT));
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);
  return () => output;
}

async function untilHealthy(url: string, child: ChildProcess, explain: () => string): Promise<void> {
  const deadline = performance.now() + READY_WITHIN_MS;
  while (performance.now() < deadline) {
    if (child.exitCode !== null || child.signalCode !== null) break;
    const healthy = await fetch(`${url}/api/health`, { signal: AbortSignal.timeout(2_000) }).then(
      async (response) => (await response.text()) !== '' && response.ok,
      () => false,
    );
    if (healthy) return;
    await sleep(HEALTH_EVERY_MS);
  }
  child.kill('SIGKILL');
  throw new Error(explain());
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => {
        resolve(typeof address === 'object' && address ? address.port : 0);
      });
    });
  });
}
