import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { freePort } from '../scripts/free-port.mjs';
import { isThere, run, where } from './support/installed.js';

const CONFIGURATION = readFileSync('deploy/haproxy.cfg', 'utf8');
/** Longer than the checks of the proxy take to find that an instance cannot serve. */
const FALL_MS = 1000;
const [ofProxy, name] = where(
  isThere('haproxy', '-v'),
  'The proxy of compose.postgres.yaml',
  'HAProxy is not installed',
);

/** An instance as the proxy sees it: it says who it is and what it was told of the client. */
class Instance {
  isAble = true;
  /** Begun by `/stream`, and open until a test ends them. */
  readonly streams: ServerResponse[] = [];
  readonly server: Server;

  constructor(readonly name: string) {
    this.server = createServer((request, response) => {
      this.answer(request, response);
    });
  }

  /** @param path of a socket: a port that is free again might be another program's at once. */
  async listen(path: string): Promise<void> {
    this.server.listen(path);
    await once(this.server, 'listening');
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    if (request.url === '/api/health') return void response.writeHead(this.isAble ? 200 : 503).end();
    if (request.url === '/stream') {
      this.streams.push(response);
      return void response.write('first');
    }
    const forwarded = request.headers['x-forwarded-for'];
    response.end(JSON.stringify({ name: this.name, forwarded, headers: request.rawHeaders.length / 2 }));
  }
}

ofProxy(name, () => {
  const instances = [new Instance('memory-1'), new Instance('memory-2')];
  let folder: string;
  let proxy: ChildProcess;
  let url: string;

  const ask = async (headers: Record<string, string> = {}, path = '/'): Promise<Record<string, unknown>> => {
    // A connection of its own each, as many clients have.
    const response = await fetch(url + path, { headers: { connection: 'close', ...headers } });
    return { status: response.status, ...((await response.json()) as object) };
  };

  const whoAnswers = async (): Promise<string[]> => {
    const names = new Set<string>();
    for (let request = 0; request < 12; request++) names.add(String((await ask())['name']));
    return [...names].sort();
  };

  async function untilAnswered(...by: readonly string[]): Promise<void> {
    const isSo = async (): Promise<boolean> => (await whoAnswers().catch(() => [])).join() === by.join();
    for (let wait = 0; wait < 150 && !(await isSo()); wait++) await sleep(100);
    expect(await whoAnswers()).toEqual(by);
  }

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'jarvis-memory-proxy-'));
    const port = await freePort();
    let text = CONFIGURATION.replace('bind :4000', `bind 127.0.0.1:${port}`).replaceAll(
      'inter 2s',
      'inter 100ms',
    );
    for (const instance of instances) {
      const socket = join(folder, instance.name);
      await instance.listen(socket);
      text = text.replaceAll(`${instance.name}:4000`, `unix@${socket}`);
    }
    const file = join(folder, 'haproxy.cfg');
    writeFileSync(file, text);
    url = `http://127.0.0.1:${port}`;
    proxy = spawn('haproxy', ['-db', '-f', file], { stdio: 'ignore' });
    await untilAnswered('memory-1', 'memory-2');
  }, 30_000);

  afterAll(async () => {
    proxy.kill('SIGKILL');
    await once(proxy, 'exit');
    for (const instance of instances) instance.close();
    rmSync(folder, { recursive: true });
  });

  it('has a valid configuration', () => {
    const { status, output } = run('haproxy', ['-c', '-f', 'deploy/haproxy.cfg']);
    // Only that the names are not known here may be said.
    const warnings = output.split('\n').filter((line) => /WARNING|ALERT/.test(line));
    expect(warnings.filter((line) => !line.includes('could not resolve address'))).toEqual([]);
    expect(status).toBe(0);
  });

  it('tells who asks, whatever the client says of itself', async () => {
    expect(await ask({ 'x-forwarded-for': '203.0.113.7' })).toMatchObject({ forwarded: '127.0.0.1' });
  });

  it('lets through as many and as long headers as the service takes', async () => {
    const many = Object.fromEntries(Array.from({ length: 180 }, (_, at) => [`x-${at}`, 'x'.repeat(70)]));
    const answer = await ask(many);
    expect(answer).toMatchObject({ status: 200 });
    expect(answer['headers']).toBeGreaterThan(180);
  });

  it('hands on what an instance writes at once', async () => {
    // A proxy that collects would not answer before the end.
    const { body } = await fetch(`${url}/stream`);
    const reader = body!.getReader();
    const { value } = await reader.read();
    expect(Buffer.from(value).toString()).toBe('first');
    for (const stream of instances.flatMap(({ streams }) => streams)) stream.end();
    expect(await reader.read()).toMatchObject({ done: true });
  });

  it('keeps a client of Socket.IO with one instance, and with another while that one cannot', async () => {
    const whoHasIt = async (): Promise<string[]> => {
      const names = new Set<string>();
      for (let poll = 0; poll < 12; poll++) names.add(String((await ask({}, '/socket.io/?EIO=4'))['name']));
      return [...names];
    };
    const [name, ...more] = await whoHasIt();
    expect(more).toEqual([]);
    const [instance, other] = name === 'memory-1' ? instances : [...instances].reverse();
    instance!.isAble = false;
    await untilAnswered(other!.name);
    await sleep(FALL_MS);
    expect(await whoHasIt()).toEqual([other!.name]);
    instance!.isAble = true;
    await untilAnswered('memory-1', 'memory-2');
  }, 60_000);

  it('asks another instance while one can neither read nor write, or is not there', async () => {
    instances[0]!.isAble = false;
    await untilAnswered('memory-2');
    instances[0]!.isAble = true;
    await untilAnswered('memory-1', 'memory-2');
    instances[1]!.close();
    // Nothing fails meanwhile: where no connection is made, nothing was sent.
    expect(await whoAnswers()).toEqual(['memory-1']);
  }, 60_000);

  it('lets an instance say why where none can read and write', async () => {
    instances[0]!.isAble = false;
    await sleep(FALL_MS);
    expect(await whoAnswers()).toEqual(['memory-1']);
  }, 30_000);

  it('says in a problem document that no instance is there', async () => {
    instances[0]!.close();
    expect(await ask()).toMatchObject({ status: 503, title: 'Service Unavailable' });
  });
});
