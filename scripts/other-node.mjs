import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { arch, platform, tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { ROOT } from './workspace.mjs';

/**
 * What better-sqlite3 12 compiles with the headers of Node 24.19 or later (their `ObjectWrap` removes a hook when an
 * object is collected, and then there is no environment to remove it from) ends the process in a garbage collection.
 */
const PINNED = { 24: '24.18.1' };

/**
 * Runs a command on another Node, in a copy of the project with an install of its own, because what is compiled for one
 * Node does not run on another. The copy is kept and used again; the program and its headers come from the package
 * `node-<system>-<processor>` of the registry.
 * @param {string} version such as 24 or 20.19.
 * @param {string[]} command the program and its arguments.
 * @returns {{ status: number, copy: string }} how it ended, and where the copy is.
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
  // For modules that have to be compiled: the headers that belong to this program.
  const environment = { ...process.env, PATH, npm_config_nodedir: installed };
  // Not `ci`, which would compile everything anew each time.
  must(['install', '--silent', '--no-save', '--no-audit', '--no-fund'], copy, environment);
  const { status } = spawnSync(program, args, { cwd: copy, env: environment, stdio: 'inherit' });
  return { status: status ?? 1, copy };
}

/** What git knows, as it stands in the working tree, and what is new there and not ignored. */
function copyProject(copy) {
  mkdirSync(copy, { recursive: true });
  for (const name of readdirSync(copy).filter((one) => one !== 'node_modules')) {
    rmSync(join(copy, name), { recursive: true });
  }
  const list = ['ls-files', '--cached', '--others', '--exclude-standard', '-z'];
  const { stdout } = spawnSync('git', list, { cwd: ROOT, encoding: 'utf8' });
  for (const file of stdout.split('\0').filter((name) => name !== '' && existsSync(join(ROOT, name)))) {
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    // With its time: a lockfile that looks new is installed anew.
    cpSync(join(ROOT, file), join(copy, file), { preserveTimestamps: true });
  }
}

function must(args, folder, environment) {
  const { status } = spawnSync('npm', args, { cwd: folder, env: environment, stdio: 'inherit' });
  if (status !== 0) throw new Error(`npm ${args.join(' ')} ended with ${status}`);
}
