import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../scripts/free-port.mjs';

export interface Nginx {
  readonly url: string;
  stop(): Promise<void>;
}

/** The `http` of Debian's /etc/nginx/nginx.conf, with paths of our own in place of those of the system. */
const HTTP = `
  sendfile on;
  tcp_nopush on;
  types_hash_max_size 2048;
  default_type application/octet-stream;
  gzip on;
  access_log off;`;

/** Debian's nginx in front of a service. @param location what is said of the proxy beside \`proxy_pass\`. */
export function startNginx(upstream: string, location = ''): Promise<Nginx> {
  return startNginxWith(`location / {
      proxy_pass ${upstream};
      ${location}
    }`);
}

/** @param locations what the server serves. */
export async function startNginxWith(locations: string): Promise<Nginx> {
  const folder = mkdtempSync(join(tmpdir(), 'jarvis-memory-nginx-'));
  const port = await freePort();
  const paths = ['client_body', 'proxy', 'fastcgi', 'scgi', 'uwsgi'].map(
    (name) => `  ${name}_temp_path ${join(folder, name)};`,
  );
  const file = join(folder, 'nginx.conf');
  writeFileSync(
    file,
    `${process.getuid?.() === 0 ? 'user root;' : ''}
daemon off;
worker_processes 1;
pid ${join(folder, 'pid')};
error_log ${join(folder, 'error.log')} crit;
events { worker_connections 768; }
http {${HTTP}
${paths.join('\n')}
  server {
    listen 127.0.0.1:${port};
    ${locations}
  }
}
`,
  );
  const nginx = spawn('nginx', ['-p', folder, '-c', file, '-e', join(folder, 'error.log')], {
    stdio: 'ignore',
  });
  await untilListening(port, nginx);
  return {
    url: `http://127.0.0.1:${port}`,
    stop: async () => {
      if (nginx.exitCode === null) {
        nginx.kill('SIGTERM');
        await once(nginx, 'exit');
      }
      rmSync(folder, { recursive: true });
    },
  };
}

async function untilListening(port: number, nginx: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    if (nginx.exitCode !== null) throw new Error(`nginx ended with ${nginx.exitCode}.`);
    const socket = connect(port, '127.0.0.1');
    const isOpen = await Promise.race([
      once(socket, 'connect').then(
        () => true,
        () => false,
      ),
      sleep(1000, false),
    ]);
    socket.destroy();
    if (isOpen) return;
    await sleep(25);
  }
  throw new Error('nginx does not listen.');
}
