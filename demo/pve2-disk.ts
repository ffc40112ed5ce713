import { DAY, MINUTE } from './time.js';
import type { Night, Story } from './story.js';

/** What happens to `local` on pve2, in the order in which it happens. */
export const MILESTONES = [
  'importBegins',
  'warning',
  'backupBegins',
  'error',
  'full',
  'cleaningBegins',
  'cleaned',
  'retryBegins',
  'retryDone',
  'movingBegins',
  'moved',
] as const;
export type Milestone = (typeof MILESTONES)[number];

/** Percent in use at each milestone; in between it moves evenly. */
export const DISK_PERCENT: Readonly<Record<Milestone, number>> = {
  importBegins: 61,
  warning: 80.4,
  backupBegins: 84,
  error: 91.4,
  full: 98.9,
  cleaningBegins: 98.9,
  cleaned: 57.4,
  retryBegins: 57.4,
  retryDone: 65.7,
  movingBegins: 65.7,
  moved: 50,
};

/** When each milestone is reached. */
export function milestonesOf({ backupAt, askedAt }: Night): Readonly<Record<Milestone, number>> {
  return {
    importBegins: backupAt - 150 * MINUTE,
    warning: backupAt - 26 * MINUTE,
    backupBegins: backupAt,
    error: backupAt + 14 * MINUTE,
    full: backupAt + 26 * MINUTE,
    cleaningBegins: backupAt + 41 * MINUTE,
    cleaned: backupAt + 48 * MINUTE,
    retryBegins: backupAt + 62 * MINUTE,
    retryDone: backupAt + 84 * MINUTE,
    movingBegins: askedAt + 6 * MINUTE,
    moved: askedAt + 12 * MINUTE,
  };
}

/** Percent of `local` on pve2 that is in use. */
export function pve2DiskPercent(story: Story, moment: number): number {
  if (story.calm) {
    const { diskFrom, diskTo } = story.calm;
    return diskFrom + ((moment - story.start) / DAY) * (diskTo - diskFrom);
  }
  const times = milestonesOf(story);
  const next = MILESTONES.findIndex((name) => times[name] > moment);
  if (next === -1) return DISK_PERCENT.moved;
  const to = MILESTONES[next] ?? 'moved';
  const from = MILESTONES[next - 1];
  if (!from) return DISK_PERCENT.importBegins;
  const way = (moment - times[from]) / (times[to] - times[from]);
  return DISK_PERCENT[from] + way * (DISK_PERCENT[to] - DISK_PERCENT[from]);
}
