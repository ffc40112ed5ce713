// Performs the steps of the Dockerfile in an empty folder, runs what comes out of it, and uses it: the Dockerfile is
// right as long as this passes, also where there is no Docker. With `--installed`, the packages that are installed
// already are taken in the place of `npm ci`, which takes minutes.
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Container } from './container.mjs';
import { ignoreRules, readDockerfile } from './dockerfile.mjs';
import { ImageBuild } from './image.mjs';

const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const PASSWORD = 'the password of the deployment test';

const begun = Date.now();
const folder = mkdtempSync(join(tmpdir(), 'jarvis-memory-image-'));
let container;
try {
  // An ordinary user has to get in.
  chmodSync(folder, 0o755);
  const build = new ImageBuild(folder, readDockerfile(join(ROOT, 'Dockerfile')), {
    context: ROOT,
    isIgnored: ignoreRules(join(ROOT, '.dockerignore')),
    npm: process.argv.includes('--installed') ? takeInstalled() : undefined,
  });
  const image = build.perform();
  checkImage(build, image);
  container = new Container(build, image, { JARVIS_PASSWORD: PASSWORD });
  await use(container);
  const data = readdirSync(image.volumes[0]).sort();
  const kept = 'jarvis.db,jarvis.db.jwt-secret,jarvis.db.lock,jarvis.db.password-hash,jarvis.db.reserve';
  check(`${data}` === kept, `closed cleanly: ${data}`);
  console.log(`The Dockerfile holds what it promises (${((Date.now() - begun) / 1000).toFixed(0)} s).`);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  await container?.kill();
  rmSync(folder, { recursive: true, force: true });
}

function checkImage(build, image) {
  check(image.user !== 'root', 'it does not run as root');
  check(image.stopSignal === 'SIGTERM' && image.healthcheck, 'it has a stop signal and a health check');
  check(image.volumes.length === 1, 'it has one volume');
  const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8'));
  const isThere = (name) => existsSync(build.place(image, `/app/${name}`));
  const wrong = Object.entries(packages).filter(([name, { dev }]) => dev && name && isThere(name));
  check(wrong.length === 0, `only packages for production: ${wrong.map(([name]) => name).slice(0, 5)}`);
  check(isThere('dist/web/index.html'), 'it has the explorer');
  for (const name of ['src', 'web', 'test', '.git', 'tsconfig.json'])
    check(!isThere(name), `there is no ${name}`);
}

async function use(container) {
  await container.start();
  await container.healthy();
  const { body } = await container.request('POST', '/auth/login', { password: PASSWORD });
  const event = { type: 'status', source: 'system', summary: 'The image works' };
  const saved = await container.request('POST', '/memory/events', event, body.token);
  check(saved.status === 201, `an event is saved: ${saved.status}`);
  const list = await container.request('GET', '/memory/events', undefined, body.token);
  check(list.body.events[0].summary === event.summary, 'and read');
  await reserveMade(container);
  const code = await container.stop();
  check(code === 0, `it ends with 0 when asked to: ${code}\n${container.output}`);
}

async function reserveMade({ image }) {
  const path = join(image.volumes[0], 'jarvis.db.reserve');
  for (let wait = 0; wait < 300 && !existsSync(path); wait++) await sleep(100);
  check(existsSync(path), 'it keeps a reserve');
}

/** Links are made in the place of copies; what npm writes to by itself is copied. */
function takeInstalled() {
  const npm = process.env.PATH.split(delimiter)
    .map((path) => join(path, 'npm'))
    .find((path) => existsSync(path));
  return `#!/bin/sh
if [ "$1" != ci ]; then exec '${npm}' "$@"; fi
cp -al '${ROOT}/node_modules' . 2>/dev/null || { rm -rf node_modules; cp -a '${ROOT}/node_modules' .; }
cp --remove-destination '${ROOT}/node_modules/.package-lock.json' node_modules/
`;
}

function check(isSo, what) {
  if (!isSo) throw new Error(`Not so: ${what}`);
}
