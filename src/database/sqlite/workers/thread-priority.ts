import { getPriority, setPriority } from 'node:os';

const LOW_PRIORITY = 5;

/**
 * Leaves the processors to the event loop where both want them. For threads only: Linux has a priority for each, and
 * takes 0 for the calling one; elsewhere it would be that of the process. No more than a courtesy.
 */
export function lowerThreadPriority(): void {
  if (process.platform !== 'linux') return;
  try {
    setPriority(0, Math.max(getPriority(0), LOW_PRIORITY));
  } catch {
    // A sandbox may refuse the call, as the systemd unit in deploy/ does.
  }
}
