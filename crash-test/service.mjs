import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from '../scripts/free-port.mjs';
import { request } from './http.mjs';

const PROGRAM = fileURLToPath(new URL('../dist/src/main.js', import.meta.url));
const PASSWORD = 'the password of the crash test';
const SECRET = 'a secret of the crash test, long enough for HS256';
const START_TIMEOUT_MS = 30_000;
const STOP_TIMEOUT_MS = 15_000;
/** Of what it prints once it listens. */
const GREETING = 'Swagger UI';
const MAX_OUTPUT_LENGTH = 4000;

/** Controls the built program on one database: starts, stops and kills it. */
export class Service {
  /** @param {() => NodeJS.ProcessEnv} databaseSettings the variables of a start that say which database it is. */
  constructor(databaseSettings) {
    this.databaseSettings = databaseSettings;
    this.output = '';
  }

  /** Starts the process; `ready` waits until it serves. */
  async launch() {
    this.output = '';
    this.port = await freePort();
    this.base = `http://127.0.0.1:${this.port}/api`;
    this.settings = this.newSettings();
    this.child = spawn(process.execPath, [PROGRAM], {
      env: { ...process.env, ...this.settings },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.exited = once(this.child, 'exit');
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream.on('data', (chunk) => (this.output = (this.output + String(chunk)).slice(-MAX_OUTPUT_LENGTH)));
    }
  }

  newSettings() {
    const secrets = { JARVIS_PASSWORD: PASSWORD, JWT_SECRET: SECRET };
    const settings = { LOG_LEVEL: 'warn', RATE_LIMIT: '0', HOST: '127.0.0.1' };
    return { ...secrets, ...settings, PORT: String(this.port), ...this.databaseSettings() };
  }

  /**
   * Another program may have taken the port meanwhile, and answer there: it is this one that says where it listens, and is
   * started again at another port where it cannot.
   * @throws Error where it does not serve within half a minute.
   */
  async ready() {
    const deadline = Date.now() + START_TIMEOUT_MS;
    while (Date.now() < deadline) {
      if (!this.isRunning) {
        if (!this.output.includes('EADDRINUSE')) break;
        await this.launch();
      }
      await sleep(15);
      if (!this.output.includes(GREETING)) continue;
      const answer = await request(this.base, { path: '/health' }).catch(() => undefined);
      if (answer?.status === 200) return;
      if (answer) throw new Error(`after the start /api/health answers ${answer.status}: ${this.output}`);
    }
    throw new Error(`the program does not start: ${this.output}`);
  }

  /** One token is valid in all rounds, because every start has the same secret. */
  async login() {
    const { body } = await request(this.base, {
      method: 'POST',
      path: '/auth/login',
      body: { password: PASSWORD },
    });
    this.token = body.token;
  }

  get isRunning() {
    return this.child?.exitCode === null && this.child.signalCode === null;
  }

  async kill() {
    if (!this.child) return;
    this.child.kill('SIGKILL');
    if (this.isRunning) await this.exited;
  }

  /** Stops the program by SIGTERM. @returns whether it stopped before the timeout. */
  async stop() {
    this.child.kill('SIGTERM');
    const inTime = await Promise.race([this.exited, sleep(STOP_TIMEOUT_MS, undefined, { ref: false })]);
    if (!inTime) await this.kill();
    return inTime !== undefined;
  }
}
