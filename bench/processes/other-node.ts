import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { arch, platform, tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PROJECT = fileURLToPath(new URL('../../../', import.meta.url));
const RESULTS = 'bench/results/latest.json';

/**
 * What better-sqlite3 12 compiles with the headers of Node 24.19 or later (their `ObjectWrap` removes a hook when an
 * object is collected, and then there is no environment to remove it from) ends the process in a garbage collection.
 */
const PINNED: Readonly<Record<string, string>> = { 24: '24.18.1' };

/** In the copy, the Node that was asked for is the one that runs. */
export function isOtherNode(version: string | undefined): version is string {
  return version !== undefined && !`${process.versions.node}.`.startsWith(`${version}.`);
}

/**
 * Runs the whole benchmark on another Node: servers, peer and load alike, in a copy of the project with an install of
 * its own, because what is compiled for one Node does not run on another. The copy is kept and used again; the program
 * and its headers come from the package `node-<system>-<processor>` of the registry.
 * @returns the exit code of the run.
 */
export function runOnNode(version: string, flags: string[]): number {
  const copy = join(tmpdir(), `jarvis-bench-kept-node-${version}`);
  const runtime = join(copy, '.node');
  copyProject(copy);
  mkdirSync(runtime, { recursive: true });
  const program = `node-${platform()}-${arch()}`;
  run(
    'npm',
    ['install', '--silent', '--no-save', '--prefix', runtime, `${program}@${PINNED[version] ?? version}`],
    copy,
    process.env,
  );
  const home = join(runtime, 'node_modules', program);
  const PATH = [join(home, 'bin'), process.env['PATH']].join(delimiter);
  // For modules that have to be compiled: the headers that belong to this program.
  const environment = { ...process.env, PATH, npm_config_nodedir: home };
  // Not `ci`, which would compile everything anew each time.
  run('npm', ['install', '--silent', '--no-audit', '--no-fund'], copy, environment);
  const { status } = spawnSync('npm', ['run', '--silent', 'bench', '--', ...flags], {
    cwd: copy,
    env: environment,
    stdio: 'inherit',
  });
  mkdirSync(join(PROJECT, dirname(RESULTS)), { recursive: true });
  copyFileSync(join(copy, RESULTS), join(PROJECT, dirname(RESULTS), `latest-node-${version}.json`));
  return status ?? 1;
}

/** What git knows, as it stands in the working tree, and what is new there and not ignored. */
function copyProject(copy: string): void {
  const { stdout } = spawnSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], {
    cwd: PROJECT,
    encoding: 'utf8',
  });
  for (const file of stdout.split('\0').filter((name) => existsSync(join(PROJECT, name)) && name !== '')) {
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    copyFileSync(join(PROJECT, file), join(copy, file));
  }
}

function run(command: string, values: string[], folder: string, environment: NodeJS.ProcessEnv): void {
  const { status } = spawnSync(command, values, { cwd: folder, env: environment, stdio: 'inherit' });
  if (status !== 0) throw new Error(`${command} ${values.join(' ')} ended with ${status}`);
}
