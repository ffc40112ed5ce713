import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { arch, platform, tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { ROOT } from './workspace.mjs';

/**
 * better-sqlite3 12, compiled with the headers of Node 24.19 or later, crashes in a garbage collection: their `ObjectWrap`
 * removes a hook when an object is collected, after its environment is gone.
 */
const PINNED = { 24: '24.18.1' };

/**
 * Runs a command on another Node, in a copy of the project with its own `node_modules`, because native modules are compiled
 * for one Node. The copy is reused; Node and its headers come from the npm package `node-<system>-<processor>`.
 * @param {string} version such as 24 or 20.19.
 * @param {string[]} command the program and its arguments.
 * @returns {{ status: number, copy: string }} the exit status, and the path of the copy.
 */
export function runOnNode(version, [program, ...args]) {
  const home = join(tmpdir(), `jarvis-memory-node-${version}`);
  const copy = join(home, 'project');
  copyProject(copy);
  const runtime = `node-${platform()}-${arch()}`;
  const release = `${runtime}@${PINNED[version] ?? version}`;
  must(['install', '--silent', '--no-save', '--prefix', home, release], copy, process.env);
  const installed = join(home, 'node_modules', runtime);
  const PATH = [join(installed, 'bin'), process.env.PATH].join(delimiter);
  // Native modules are compiled with the headers of this Node.
  const environment = { ...process.env, PATH, npm_config_nodedir: installed };
  // Not `npm ci`, which would compile everything each time.
  must(['install', '--silent', '--no-save', '--no-audit', '--no-fund'], copy, environment);
  const { status } = spawnSync(program, args, { cwd: copy, env: environment, stdio: 'inherit' });
  return { status: status ?? 1, copy };
}

/** Copies the working tree: tracked files, and untracked ones that are not ignored. */
function copyProject(copy) {
  mkdirSync(copy, { recursive: true });
  for (const name of readdirSync(copy).filter((one) => one !== 'node_modules')) {
    rmSync(join(copy, name), { recursive: true });
  }
  const list = ['ls-files', '--cached', '--others', '--exclude-standard', '-z'];
  const { stdout } = spawnSync('git', list, { cwd: ROOT, encoding: 'utf8' });
  for (const file of stdout.split('\0').filter((name) => name !== '' && existsSync(join(ROOT, name)))) {
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    // Keeps the modification time: a newer lockfile would be installed again.
    cpSync(join(ROOT, file), join(copy, file), { preserveTimestamps: true });
  }
}

function must(args, folder, environment) {
  const { status } = spawnSync('npm', args, { cwd: folder, env: environment, stdio: 'inherit' });
  if (status !== 0) throw new Error(`npm ${args.join(' ')} ended with ${status}`);
}
