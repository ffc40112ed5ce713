import type { DerivedEntry, OperationalEntry } from '../../database/index.js';
import type { EventCountEntity } from './event-count.entity.js';

/** The columns that count events with a certain value of a column; those with another value are in `event_count` only. */
export const COUNTS = {
  type: { alert: 'alerts', action: 'actions', status: 'statuses', metric: 'metrics' },
  severity: { info: 'infos', warning: 'warnings', error: 'errors', critical: 'criticals' },
  source: { monitor: 'from_monitor', user: 'from_user', jarvis: 'from_jarvis', system: 'from_system' },
} as const;

/** What one event adds to each sum: the same as in the triggers (migrations/sqlite/1795305612000-event-statistics.ts). */
const AMOUNTS: Readonly<Record<string, string>> = {
  event_count: '1',
  ...Object.fromEntries(
    Object.entries(COUNTS).flatMap(([column, names]) =>
      Object.entries(names).map(([value, name]) => [
        name,
        `CASE WHEN ${column} = '${value}' THEN 1 ELSE 0 END`,
      ]),
    ),
  ),
};

/** Maintained by triggers or by its upkeep, so that copying the events rebuilds it. */
export const EVENT_COUNTS = {
  role: 'derived',
  name: 'event_counts',
  columns: {
    beganAt: 'timestamp',
    node: 'plain',
    eventCount: 'plain',
    alerts: 'plain',
    actions: 'plain',
    statuses: 'plain',
    metrics: 'plain',
    infos: 'plain',
    warnings: 'plain',
    errors: 'plain',
    criticals: 'plain',
    fromMonitor: 'plain',
    fromUser: 'plain',
    fromJarvis: 'plain',
    fromSystem: 'plain',
  },
  check: undefined,
  sums: {
    of: 'events',
    label: 'node',
    amounts: AMOUNTS,
    disagreement:
      'quarters of an hour that do not agree with their events (`jarvis-memory reindex` counts them again)',
  },
} as const satisfies DerivedEntry<EventCountEntity>;

/** The counts of events that retention has forgotten, which nothing else tells. */
export const FORGOTTEN_EVENT_COUNTS = {
  role: 'operational',
  name: 'forgotten_event_counts',
  columns: EVENT_COUNTS.columns,
  kept: { by: ['beganAt', 'node'] },
} as const satisfies OperationalEntry<EventCountEntity>;

/** What another program has changed in a transaction that has not ended; empty otherwise, and always in SQLite. */
export const EVENT_COUNTS_CHANGES = {
  role: 'operational',
  name: 'event_counts_changes',
  columns: EVENT_COUNTS.columns,
  kept: false,
} as const satisfies OperationalEntry<EventCountEntity>;
