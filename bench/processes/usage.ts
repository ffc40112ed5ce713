import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const MEGABYTE_IN_KILOBYTES = 1024;

/** Resident memory now, and the most that it was since the process began; the latter is known on Linux alone. */
export interface Memory {
  now: number;
  peak: number;
}

/** In megabytes. */
export function memoryOf(pid: number): Memory {
  if (process.platform !== 'linux') {
    const now = Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)])) / MEGABYTE_IN_KILOBYTES;
    return { now, peak: now };
  }
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return { now: field(status, 'VmRSS'), peak: field(status, 'VmHWM') };
}

function field(status: string, name: string): number {
  const [, kilobytes] = new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status) ?? [];
  return Number(kilobytes) / MEGABYTE_IN_KILOBYTES;
}
