import { getPriority, setPriority } from 'node:os';

const LOW_PRIORITY = 5;

/**
 * Lowers the priority of the calling thread below that of the event loop. On Linux priorities are per thread and 0 means
 * the calling one; on other systems it would be the whole process. Best effort.
 */
export function lowerThreadPriority(): void {
  if (process.platform !== 'linux') return;
  try {
    setPriority(0, Math.max(getPriority(0), LOW_PRIORITY));
  } catch {
    // A sandbox may refuse the call, as the systemd unit in deploy/ does.
  }
}
