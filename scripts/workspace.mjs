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
  'ormconfig.ts',
  'tsconfig.json',
  'tsconfig.build.json',
  'package.json',
];
const INSTALLED = 'node_modules/.package-lock.json';
const BUILT = 'dist/src/main.js';

const OPTIONS = { cwd: ROOT, shell: process.platform === 'win32' };

/** Runs a program of Node's in the folder of the project and shows what it prints. */
export function run(command, args) {
  return spawnSync(command, args, { ...OPTIONS, stdio: 'inherit' }).status ?? 1;
}

/** The same beside others: what it prints is shown in one piece when it has ended. */
export async function runBeside(command, args) {
  const child = spawn(command, args, { ...OPTIONS, stdio: ['ignore', 'pipe', 'pipe'] });
  const printed = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => printed.push(text));
  }
  const [status] = await once(child, 'close');
  process.stdout.write(printed.join(''));
  return status ?? 1;
}

/** Installs what the lockfile names, unless that was done since the lockfile changed. */
export function ensureInstalled() {
  if (changedAt('package-lock.json') <= changedAt(INSTALLED)) return;
  console.log('Installing the packages of the lockfile (the first time takes a few minutes)…');
  stopUnless(run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']));
}

/** Whether there is a build of the sources as they are. */
export function isBuilt() {
  return Math.max(...SOURCES.map(changedAt)) < changedAt(BUILT);
}

/** Builds, unless that was done since a source changed. */
export function ensureBuilt() {
  if (isBuilt()) return;
  console.log('Building…');
  stopUnless(run('npm', ['run', '--silent', 'build']));
}

function stopUnless(status) {
  if (status !== 0) process.exit(status);
}

/** When a file, or one in a folder, was changed last; 0 where there is nothing. No build has the tests. */
function changedAt(path) {
  const full = join(ROOT, path);
  if (!existsSync(full) || path.endsWith('.spec.ts')) return 0;
  const stats = statSync(full);
  if (!stats.isDirectory()) return stats.mtimeMs;
  return Math.max(0, ...readdirSync(full).map((name) => changedAt(join(path, name))));
}
