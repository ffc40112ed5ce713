import { milestonesOf } from './pve2-disk.js';
import type { Story } from './story.js';
import { DAY, HOUR, iso, lastTime, MINUTE, SECOND } from './time.js';

/** What the owner has set; the day of the demo refers to some of it. */
export const PREFERENCES: Readonly<Record<string, string | number | boolean>> = {
  'ui.theme': 'system',
  'ui.language': 'en',
  'ui.start_page': 'overview',
  'alerts.disk.warning_percent': 75,
  'alerts.disk.error_percent': 90,
  'alerts.cpu.warning_percent': 80,
  'alerts.quiet_hours': '23:00-07:00',
  'alerts.notify': 'matrix',
  'backup.target.pve2': 'nas-backup',
  'backup.keep_last': 4,
  'jarvis.autonomy': 'repair_then_report',
  'jarvis.cleanup.allowed_paths': '["/var/lib/vz/dump"]',
  'jarvis.model': 'claude-sonnet-4-5',
  'reports.morning_at': '07:00',
};

/** A value from a moment on; none where the preference was deleted. */
export interface PreferenceChange {
  readonly key: string;
  readonly value: string | null;
  readonly changedAt: string;
}

/** All values that the preferences had, oldest first; the last one of each that is set is the one above. */
export function preferenceChanges(story: Story): PreferenceChange[] {
  const { movingBegins } = milestonesOf(story);
  const earlier: readonly (readonly [key: string, value: string | null, changedAt: number])[] = [
    ...Object.entries(FIRST).map(([key, value], index) => [key, value, daysAgo(story, 118, index)] as const),
    ['jarvis.autonomy', 'repair_then_report', daysAgo(story, 97)],
    ['jarvis.cleanup.allowed_paths', '["/var/lib/vz/dump"]', daysAgo(story, 97, 1)],
    ['alerts.disk.warning_percent', '80', daysAgo(story, 66)],
    ['ui.theme', 'dark', daysAgo(story, 52)],
    ['alerts.notify', 'matrix', daysAgo(story, 41)],
    ['alerts.email.address', null, daysAgo(story, 41, 1)],
    ['jarvis.model', 'claude-sonnet-4-5', daysAgo(story, 30)],
    ['backup.keep_last', '4', daysAgo(story, 23)],
    ['ui.theme', 'system', daysAgo(story, 12)],
    ['ui.start_page', 'overview', lastTime(22, 15, story.end)],
    ['backup.target.pve2', 'nas-backup', movingBegins - 5 * SECOND],
    ['alerts.disk.warning_percent', '75', movingBegins + 2 * MINUTE],
  ];
  return earlier
    .toSorted(([, , one], [, , other]) => one - other)
    .map(([key, value, changedAt]) => ({ key, value, changedAt: iso(changedAt) }));
}

/** What was set when Jarvis was new. */
const FIRST: Readonly<Record<string, string>> = {
  ...Object.fromEntries(Object.entries(PREFERENCES).map(([key, value]) => [key, String(value)])),
  'ui.theme': 'light',
  'ui.start_page': 'events',
  'alerts.disk.warning_percent': '85',
  'alerts.notify': 'email',
  'alerts.email.address': 'me@home.arpa',
  'backup.target.pve2': 'local',
  'backup.keep_last': '6',
  'jarvis.autonomy': 'ask_first',
  'jarvis.cleanup.allowed_paths': '[]',
  'jarvis.model': 'qwen3:8b',
};

function daysAgo({ backupAt }: Story, days: number, minutes = 0): number {
  return backupAt - days * DAY + 17 * HOUR + minutes * MINUTE;
}
