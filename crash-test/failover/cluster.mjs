import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../scripts/free-port.mjs';
import { childrenOf, hasEnded, isRunning, kill } from '../../test/support/postgres/processes.mjs';
import { request } from '../http.mjs';
import { RUN_AS } from '../../test/support/postgres/programs.mjs';

const PATRONI = '/usr/bin/patroni';
const ETCD = '/usr/bin/etcd';
const PROGRAMS = '/usr/lib/postgresql/15/bin';
const SCOPE = 'jarvis-failover';
const PASSWORD = 'of the failover test';
/** The shortest that Patroni's documentation allows: a dead primary is missed after it. */
export const TTL_SECONDS = 20;
const READY_WITHIN_MS = 180_000;
const LOOK_EVERY_MS = 100;

/** What is not installed; empty where the test can run. */
export function missingPrograms() {
  const packages = {
    [PATRONI]: 'patroni',
    [ETCD]: 'etcd-server',
    [join(PROGRAMS, 'postgres')]: 'postgresql-15',
  };
  return Object.entries(packages).flatMap(([program, name]) => (existsSync(program) ? [] : [name]));
}

/** Two nodes of PostgreSQL 15 with synchronous replication, kept by Patroni, which agree by one etcd. */
export class Cluster {
  constructor() {
    this.folder = mkdtempSync(join(tmpdir(), 'jarvis-failover-'));
    this.own(this.folder);
    this.nodes = [];
  }

  async start() {
    this.etcdPort = await freePort();
    const peer = `http://127.0.0.1:${await freePort()}`;
    this.etcd = this.run('etcd', ETCD, [
      ...['--name', 'one', '--data-dir', join(this.folder, 'etcd'), '--enable-v2=true'],
      ...['--listen-client-urls', this.etcdUrl, '--advertise-client-urls', this.etcdUrl],
      ...[
        '--listen-peer-urls',
        peer,
        '--initial-advertise-peer-urls',
        peer,
        '--initial-cluster',
        `one=${peer}`,
      ],
    ]);
    for (const name of ['one', 'two']) this.nodes.push(await this.newNode(name));
    for (const node of this.nodes) await this.launch(node);
    await this.settled();
  }

  get etcdUrl() {
    return `http://127.0.0.1:${this.etcdPort}`;
  }

  async newNode(name) {
    const node = {
      name,
      port: await freePort(),
      restPort: await freePort(),
      config: join(this.folder, `${name}.yml`),
    };
    writeFileSync(node.config, JSON.stringify(this.settingsOf(node)));
    this.own(node.config);
    return node;
  }

  /** JSON is YAML. */
  settingsOf({ name, port, restPort }) {
    const folder = join(this.folder, name);
    mkdirSync(folder);
    this.own(folder);
    const account = (username) => ({ username, password: PASSWORD });
    return {
      scope: SCOPE,
      name,
      restapi: { listen: `127.0.0.1:${restPort}`, connect_address: `127.0.0.1:${restPort}` },
      etcd: { host: `127.0.0.1:${this.etcdPort}` },
      bootstrap: {
        dcs: {
          ttl: TTL_SECONDS,
          loop_wait: 2,
          retry_timeout: 5,
          synchronous_mode: true,
          postgresql: { use_pg_rewind: true, parameters: { max_connections: 100, wal_log_hints: 'on' } },
        },
        initdb: [{ encoding: 'UTF8' }, 'data-checksums'],
        pg_hba: [
          'local all all trust',
          'host all all 127.0.0.1/32 md5',
          'host replication all 127.0.0.1/32 md5',
        ],
      },
      postgresql: {
        listen: `127.0.0.1:${port}`,
        connect_address: `127.0.0.1:${port}`,
        data_dir: join(folder, 'data'),
        bin_dir: PROGRAMS,
        pgpass: join(folder, 'pgpass'),
        authentication: {
          superuser: account('postgres'),
          replication: account('replicator'),
          rewind: account('rewinder'),
        },
        parameters: { unix_socket_directories: folder },
        remove_data_directory_on_rewind_failure: true,
        remove_data_directory_on_diverged_timelines: true,
      },
    };
  }

  async launch(node) {
    node.process = this.run(node.name, PATRONI, [node.config]);
  }

  run(name, program, args) {
    const child = spawn(program, args, {
      ...RUN_AS,
      cwd: this.folder,
      env: { PATH: '/usr/bin:/bin', HOME: this.folder, LANG: 'C.UTF-8' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk) => (child.output = (child.output + String(chunk)).slice(-8000)));
    return child;
  }

  /** Which node leads, as its own Patroni says; undefined where none does. */
  async leader() {
    for (const node of this.nodes) if ((await this.answerOf(node, 'primary')) === 200) return node;
    return undefined;
  }

  async answerOf({ restPort }, path) {
    return request(`http://127.0.0.1:${restPort}`, { path: `/${path}` }).then(
      ({ status }) => status,
      () => 0,
    );
  }

  /** Until one node leads and the other is its synchronous standby. @returns {Promise<object>} the leader. */
  async settled() {
    for (const deadline = Date.now() + READY_WITHIN_MS; Date.now() < deadline; await sleep(LOOK_EVERY_MS)) {
      const leader = await this.leader();
      const standby = this.nodes.find((node) => node !== leader);
      if (leader && standby && (await this.answerOf(standby, 'synchronous')) === 200) return leader;
    }
    const outputs = this.nodes.map(({ name, process: { output } }) => `${name}: ${output.slice(-1500)}`);
    throw new Error(`the cluster does not become whole: ${outputs.join('\n')}`);
  }

  /** Patroni and its PostgreSQL with all its processes, at once. */
  async killNode(node) {
    const postmaster = Number(
      readFileSync(join(this.folder, node.name, 'data', 'postmaster.pid'), 'utf8').split('\n')[0],
    );
    const all = [node.process.pid, postmaster, ...(await childrenOf(postmaster))];
    const ended = hasEnded(node.process) ? undefined : once(node.process, 'exit');
    all.forEach(kill);
    await ended;
    while (all.slice(1).some(isRunning)) await sleep(10);
  }

  /** The URL of a superuser, behind an address that follows the primary. */
  urlAt(port, database) {
    return `postgres://postgres:${encodeURIComponent(PASSWORD)}@127.0.0.1:${port}/${database}`;
  }

  async destroy() {
    for (const node of this.nodes) await this.killNode(node).catch(() => node.process?.kill('SIGKILL'));
    this.etcd?.kill('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  own(path) {
    if (RUN_AS) chownSync(path, RUN_AS.uid, RUN_AS.gid);
    else chmodSync(path, 0o700);
  }
}
