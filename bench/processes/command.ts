import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { trackChild } from './cleanup.js';
import { entryOf } from './server.js';
import { memoryOf } from './usage.js';

const LOOK_EVERY_MS = 100;
const OUTPUT_KEPT = 500;

export interface CommandRun {
  seconds: number;
  /** Megabytes of resident memory. */
  peak: number;
  problem?: string;
}

/** Runs a command of a build to its end. */
export async function runCommand(name: 'ours' | 'before', args: readonly string[]): Promise<CommandRun> {
  const begun = performance.now();
  const program = join(dirname(entryOf(name)), 'cli/main.js');
  const child = spawn(process.execPath, [program, ...args], {
    env: { PATH: process.env['PATH'] },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  trackChild(child);
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => (errors = (errors + chunk.toString()).slice(-OUTPUT_KEPT)));
  let peak = 0;
  const looking = setInterval(() => {
    peak = Math.max(peak, peakOf(child.pid));
  }, LOOK_EVERY_MS);
  const [code] = (await once(child, 'close')) as [number | null];
  clearInterval(looking);
  const seconds = (performance.now() - begun) / 1000;
  return { seconds, peak, ...(code !== 0 && { problem: `it ended with ${code}: ${errors.trim()}` }) };
}

/** A process that has just ended has none. */
function peakOf(pid: number | undefined): number {
  try {
    return pid === undefined ? 0 : memoryOf(pid).peak || 0;
  } catch {
    return 0;
  }
}
