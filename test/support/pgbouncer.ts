import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../scripts/free-port.mjs';
import { isThere } from './installed.js';
import { RUN_AS } from './postgres/programs.mjs';

export const hasPgBouncer = (): boolean => isThere('pgbouncer', '--version');

/** Debian's PgBouncer before a server. */
export async function startPgBouncer(
  database: string,
  mode: 'session' | 'transaction' | 'statement',
): Promise<{ url: string; stop: () => Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'jarvis-memory-pgbouncer-'));
  chmodSync(folder, 0o755);
  const port = await freePort();
  const url = new URL(database);
  const host = url.searchParams.get('host') ?? url.hostname;
  const file = join(folder, 'pgbouncer.ini');
  writeFileSync(
    file,
    `[databases]
* = host=${decodeURIComponent(host)} port=${url.port || '5432'} user=${url.username} password=${url.password}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = any
pool_mode = ${mode}
`,
  );
  const bouncer = spawn('pgbouncer', [file], { ...RUN_AS, stdio: ['ignore', 'ignore', 'pipe'] });
  let log = '';
  const ended = once(bouncer, 'close');
  await new Promise<void>((resolve, reject) => {
    bouncer.stderr.on('data', (chunk) => {
      log += String(chunk);
      if (log.includes('process up')) resolve();
    });
    bouncer.once('close', () => {
      reject(new Error(`PgBouncer has ended: ${log}`));
    });
  });
  url.searchParams.delete('host');
  return {
    url: Object.assign(url, { host: `127.0.0.1:${port}` }).href,
    stop: async () => {
      bouncer.kill('SIGKILL');
      await ended;
      rmSync(folder, { recursive: true });
    },
  };
}
