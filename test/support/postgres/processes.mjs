import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';

// Its input ends when the process that holds the other end has ended, however it did.
const WATCHER = `
cat > /dev/null
pid=$(head -n 1 "$1/data/postmaster.pid" 2> /dev/null) && kill -QUIT "$pid" 2> /dev/null
for i in $(seq 100); do
  [ -e "$1/data/postmaster.pid" ] && kill -0 "$pid" 2> /dev/null || break
  sleep 0.05
done
for i in $(seq 20); do rm -rf "$@" 2> /dev/null && break; sleep 0.1; done`;

/**
 * Starts the process that removes folders, and ends the server whose data the first holds, when this process has ended.
 * @param {...string} folders
 * @returns {() => Promise<void>} does so now
 */
export function watch(...folders) {
  const watcher = spawn('/bin/sh', ['-c', WATCHER, 'watcher', ...folders], {
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const input = /** @type {import('node:net').Socket} */ (watcher.stdin);
  watcher.unref();
  input.unref();
  return async () => {
    if (hasEnded(watcher)) return;
    watcher.ref();
    input.end();
    await once(watcher, 'exit');
  };
}

/** @param {import('node:child_process').ChildProcess} child */
export function hasEnded(child) {
  return child.exitCode !== null || child.signalCode !== null;
}

/** @param {number} pid @returns {Promise<number[]>} */
export async function childrenOf(pid) {
  const printed =
    process.platform === 'linux'
      ? readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
      : (await promisify(execFile)('pgrep', ['-P', String(pid)])).stdout;
  return (printed.match(/\d+/g) ?? []).map(Number);
}

/** @param {number} pid */
export function kill(pid) {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended meanwhile.
  }
}

/** A process whose end nobody has asked about yet runs no more. @param {number} pid */
export function isRunning(pid) {
  try {
    process.kill(pid, 0);
    const stat = `/proc/${pid}/stat`;
    return !existsSync(stat) || !readFileSync(stat, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
}
