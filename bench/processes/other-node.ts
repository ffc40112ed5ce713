import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const PROJECT = fileURLToPath(new URL('../../../', import.meta.url));
const RESULTS = 'bench/results';

/** In the copy, the Node that was asked for is the one that runs. */
export function isOtherNode(version: string | undefined): version is string {
  return version !== undefined && !`${process.versions.node}.`.startsWith(`${version}.`);
}

/**
 * Runs the whole benchmark on another Node: servers, peer and load alike, in a copy of the project.
 * @returns the exit code of the run.
 */
export function runOnNode(version: string, flags: string[]): number {
  const brought = [`${RESULTS}/latest.json`, `${RESULTS}/latest-node-${version}.json`];
  const { status } = spawnSync(
    process.execPath,
    ['scripts/on-node.mjs', version, ...brought, 'npm', 'run', '--silent', 'bench', '--', ...flags],
    { cwd: PROJECT, stdio: 'inherit' },
  );
  return status ?? 1;
}
