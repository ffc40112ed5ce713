// A PostgreSQL server for tests, as a plain module: scripts start one without a compiler.
import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePort } from '../../../scripts/free-port.mjs';
import { Databases } from './databases.mjs';
import { makeFolders } from './folders.mjs';
import { childrenOf, hasEnded, isRunning, kill } from './processes.mjs';
import { handOver, packagedPrograms, RUN_AS, unavailable, usablePrograms } from './programs.mjs';

const ADMIN = 'postgres';
const PORT = 5432;
const READY_WITHIN_MS = 60_000;
const LOOK_EVERY_MS = 10;

/**
 * @typedef {object} ServerOptions
 * @property {boolean} [onDisk] Data on the disk, for what measures it; otherwise in memory where there is enough.
 * @property {boolean} [tcp] On 127.0.0.1 too, and named by that in the URLs; otherwise on a socket alone.
 * @property {Record<string, string | number>} [settings] As in `postgresql.conf`.
 * @property {string} [programs] A folder with `bin`, `lib` and `share`: another version than the installed one.
 */

/**
 * A server of this process alone. It ends, and its folder goes, when this process does.
 * @param {ServerOptions} [options]
 * @returns {Promise<Server>}
 */
export async function startServer(options = {}) {
  /** @type {Server | undefined} */
  let server;
  try {
    const programs = options.programs ?? packagedPrograms();
    server = new Server(programs, options, options.tcp ? await freePort() : PORT);
    await server.initialize();
    await server.start();
    return server;
  } catch (error) {
    await server?.destroy();
    throw unavailable(error);
  }
}

export class Server {
  /** The URL of its superuser. */
  url;
  folder;
  /** @type {import('node:child_process').ChildProcess | undefined} */
  #postmaster;
  /** @type {Databases | undefined} */
  #databases;
  #data;
  #password = randomBytes(12).toString('hex');
  #programs;
  #remove;
  #settings;

  /**
   * @param {string} programs
   * @param {ServerOptions} options
   * @param {number} port
   */
  constructor(programs, { onDisk = false, tcp = false, settings }, port) {
    const { folder, data, remove } = makeFolders(onDisk);
    this.folder = folder;
    this.#data = data;
    this.#remove = remove;
    const host = tcp ? '127.0.0.1' : encodeURIComponent(folder);
    this.url = `postgres://${ADMIN}:${this.#password}@${host}:${port}/postgres`;
    this.#programs = usablePrograms(programs, folder);
    this.#settings = {
      unix_socket_directories: folder,
      listen_addresses: tcp ? '127.0.0.1' : '',
      port,
      max_connections: 200,
      // Memory is not for logs of a gigabyte.
      ...(onDisk ? {} : { max_wal_size: '256MB' }),
      ...settings,
    };
  }

  /** The process of the server. */
  get pid() {
    return this.#postmaster?.pid;
  }

  /** What it has logged so far. */
  get log() {
    return readFileSync(this.#logFile, 'utf8');
  }

  /** Makes the data folder. */
  async initialize() {
    const passwordFile = join(this.folder, 'password');
    writeFileSync(passwordFile, this.#password);
    handOver(passwordFile);
    await promisify(execFile)(
      this.#program('initdb'),
      [
        ...['-D', this.#data, '-U', ADMIN, '-A', 'scram-sha-256', `--pwfile=${passwordFile}`],
        ...['--encoding=UTF8', '--locale=C', '--no-sync', '--no-instructions'],
      ],
      this.#asServer,
    );
    rmSync(passwordFile);
  }

  /**
   * On the same data, with the same settings and those given here; returns when it accepts connections.
   * @param {ServerOptions['settings']} [settings]
   */
  async start(settings) {
    this.#settings = { ...this.#settings, ...settings };
    const log = openSync(this.#logFile, 'a');
    const postmaster = spawn(
      this.#program('postgres'),
      [
        '-D',
        this.#data,
        ...Object.entries(this.#settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
      ],
      // A group of its own: what interrupts the tests leaves the end to the watcher.
      { ...this.#asServer, detached: true, stdio: ['ignore', log, log] },
    );
    closeSync(log);
    postmaster.unref();
    await once(postmaster, 'spawn');
    this.#postmaster = postmaster;
    for (const deadline = Date.now() + READY_WITHIN_MS; !this.#isReady(); await sleep(LOOK_EVERY_MS)) {
      if (hasEnded(postmaster) || Date.now() > deadline)
        throw new Error(`PostgreSQL did not start: ${this.log.trim().split('\n').slice(-3).join(' ')}`);
    }
  }

  /** The usual stop: connections are closed, everything is written. */
  async stop() {
    await this.#end('SIGINT');
  }

  /** An immediate stop: nothing is written, the next start recovers from the log. */
  async stopImmediately() {
    await this.#end('SIGQUIT');
  }

  /** As the kernel does it when memory is short: the postmaster and all its processes at once, nothing is cleaned up. */
  async killPostmaster() {
    const { pid } = this;
    const children = pid === undefined ? [] : await childrenOf(pid);
    const ended = this.#end('SIGKILL');
    children.forEach(kill);
    await ended;
    while (children.some(isRunning)) await sleep(LOOK_EVERY_MS);
  }

  /** @param {ServerOptions['settings']} [settings] */
  async restart(settings) {
    await this.stop();
    await this.start(settings);
  }

  /**
   * @param {import('./databases.mjs').DatabaseOptions} [options]
   * @returns {Promise<import('./databases.mjs').TestDatabase>}
   */
  async createDatabase(options) {
    this.#databases ??= await Databases.on(this.url);
    return this.#databases.create(options);
  }

  /** Ends it in any state and removes its folder. */
  async destroy() {
    await this.#remove();
  }

  get #logFile() {
    return join(this.folder, 'log');
  }

  /** The project's folder may be closed to the server's user, and it inherits nothing. */
  get #asServer() {
    return { ...RUN_AS, cwd: this.folder, env: { PATH: process.env['PATH'] } };
  }

  /** @param {string} name */
  #program(name) {
    return join(this.#programs, 'bin', name);
  }

  /** As `pg_ctl` finds out: the last line of the file says so, the first says whether it is about this process. */
  #isReady() {
    try {
      const lines = readFileSync(join(this.#data, 'postmaster.pid'), 'utf8').split('\n');
      return Number(lines[0]) === this.pid && lines[7]?.trim() === 'ready';
    } catch {
      return false;
    }
  }

  /** @param {NodeJS.Signals} name */
  async #end(name) {
    const postmaster = this.#postmaster;
    if (!postmaster || hasEnded(postmaster)) return;
    postmaster.ref();
    const ended = once(postmaster, 'exit');
    postmaster.kill(name);
    await ended;
  }
}
