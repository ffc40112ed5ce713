import { spawnSync } from 'node:child_process';
import { describe } from '@jest/globals';

export function run(
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8', env });
  return { status, output: `${stdout}${stderr}` };
}

export const isThere = (program: string, ...args: string[]): boolean => run(program, args).status === 0;
/** `describe`, or what skips and says why. */
export const where = (isSo: boolean, name: string, why: string): [typeof describe.skip, string] =>
  isSo ? [describe, name] : [describe.skip, `${name} (skipped: ${why})`];
