import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the project. */
export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

const SOURCES = [
  'src',
  'migrations',
  'demo',
  'web',
  'ormconfig.ts',
  'tsconfig.json',
  'tsconfig.build.json',
  'package.json',
];
const INSTALLED = 'node_modules/.package-lock.json';
/** What a build makes last. */
const BUILT = 'dist/web/index.html';

const OPTIONS = { cwd: ROOT, shell: process.platform === 'win32' };

/** Runs a program in the project folder, with its output on this terminal. */
export function run(command, args) {
  return spawnSync(command, args, { ...OPTIONS, stdio: 'inherit' }).status ?? 1;
}

/** The same for concurrent programs: the output is buffered and printed when the program has ended. */
export async function runBuffered(command, args) {
  const child = spawn(command, args, { ...OPTIONS, stdio: ['ignore', 'pipe', 'pipe'] });
  const printed = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => printed.push(text));
  }
  const [status] = await once(child, 'close');
  process.stdout.write(printed.join(''));
  return status ?? 1;
}

/** Installs the packages of the lockfile, unless they are up to date. */
export function ensureInstalled() {
  if (changedAt('package-lock.json') <= changedAt(INSTALLED)) return;
  console.log('Installing the packages of the lockfile (the first time takes a few minutes)…');
  stopUnless(run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']));
}

/** Whether the build is newer than all sources. */
export function isBuilt() {
  return Math.max(...SOURCES.map(changedAt)) < changedAt(BUILT);
}

/** Builds, unless the build is up to date. */
export function ensureBuilt() {
  if (isBuilt()) return;
  console.log('Building…');
  stopUnless(run('npm', ['run', '--silent', 'build']));
}

function stopUnless(status) {
  if (status !== 0) process.exit(status);
}

/** The latest modification time of a file or folder; 0 where it does not exist. Tests are not part of the build. */
function changedAt(path) {
  const full = join(ROOT, path);
  if (!existsSync(full) || path.endsWith('.spec.ts')) return 0;
  const stats = statSync(full);
  if (!stats.isDirectory()) return stats.mtimeMs;
  return Math.max(0, ...readdirSync(full).map((name) => changedAt(join(path, name))));
}
