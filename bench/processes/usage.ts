import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const MEGABYTE_IN_KILOBYTES = 1024;

/** Of Linux's `/proc/<pid>/stat`, which counts in hundredths of a second. */
const MICROSECONDS_PER_TICK = 10_000;

/** Processor time of all threads so far, in microseconds; `undefined` where the system does not tell. */
export function processorTimeOf(pid: number): number | undefined {
  if (process.platform !== 'linux') return undefined;
  // The name of the program, in brackets, may itself hold blanks.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * MICROSECONDS_PER_TICK;
}

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
