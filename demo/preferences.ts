/** What the owner has set; the day of the demo refers to some of it. */
export const PREFERENCES: Readonly<Record<string, string | number | boolean>> = {
  'ui.theme': 'dark',
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
