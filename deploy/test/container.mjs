import { spawn, spawnSync } from 'node:child_process';
import { chownSync, readFileSync } from 'node:fs';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../scripts/free-port.mjs';

/** What the image calls `node`. */
const USER_ID = 1000;
const IS_ROOT = process.geteuid?.() === 0;
const START_MS = 60_000;
const STOP_MS = 30_000;

/**
 * Runs the command of an image as a container would, as far as this machine lets us: as the first process of its own,
 * whose signals nobody handles for it, as an ordinary user without any right.
 */
export class Container {
  output = '';

  constructor(build, image, environment) {
    this.build = build;
    this.image = image;
    this.environment = { ...build.environment(image), ...environment };
  }

  async start() {
    const { image } = this;
    if (IS_ROOT) for (const volume of image.volumes) chownSync(volume, USER_ID, USER_ID);
    this.environment.PORT = String(await freePort());
    this.base = `http://127.0.0.1:${this.environment.PORT}/api`;
    const command = image.command.map((word) => this.build.placed(image, word));
    const [program, ...args] = [...this.confinement(), ...command];
    this.child = spawn(program, args, { ...this.options, stdio: ['ignore', 'pipe', 'pipe'] });
    this.exited = once(this.child, 'exit');
    for (const stream of [this.child.stdout, this.child.stderr])
      stream.on('data', (chunk) => (this.output += String(chunk)));
  }

  /** Waits until the health check passes. */
  async healthy() {
    const [program, ...args] = this.image.healthcheck;
    for (const deadline = Date.now() + START_MS; Date.now() < deadline; await sleep(200)) {
      if (this.child.exitCode !== null) break;
      const check = spawn(program, args, { ...this.options, stdio: 'ignore' });
      const [code] = await once(check, 'exit');
      if (code === 0) return;
    }
    throw new Error(`the health check does not pass:\n${this.output}`);
  }

  /** @returns status and body of the answer. */
  async request(method, path, body, token) {
    const headers = {
      'content-type': 'application/json',
      ...(token && { authorization: `Bearer ${token}` }),
    };
    const answer = await fetch(`${this.base}${path}`, {
      method,
      headers,
      body: body && JSON.stringify(body),
    });
    return { status: answer.status, body: await answer.json() };
  }

  /** Sends the stop signal of the image. @returns the exit code. */
  async stop() {
    process.kill(this.innerPid(), this.image.stopSignal);
    const ended = await Promise.race([this.exited, sleep(STOP_MS, undefined, { ref: false })]);
    if (!ended) throw new Error(`it does not stop:\n${this.output}`);
    return ended[0];
  }

  async kill() {
    if (!this.child || this.child.exitCode !== null || this.child.signalCode !== null) return;
    this.child.kill('SIGKILL');
    await this.exited;
  }

  get options() {
    return { cwd: this.build.place(this.image, '.'), env: this.environment };
  }

  confinement() {
    this.isInit = IS_ROOT && spawnSync('unshare', ['--pid', '--fork', 'setpriv', '--version']).status === 0;
    if (!this.isInit) return [];
    const user = [`--reuid=${USER_ID}`, `--regid=${USER_ID}`, '--clear-groups'];
    const rights = ['--no-new-privs', '--inh-caps=-all', '--bounding-set=-all'];
    return ['unshare', '--pid', '--fork', '--kill-child', 'setpriv', ...user, ...rights];
  }

  innerPid() {
    const { pid } = this.child;
    return this.isInit ? Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')) : pid;
  }
}
