import type { DerivedEntry, OperationalEntry, Query } from '../../database/index.js';
import type { EventCountEntity } from './event-count.entity.js';

/** The columns that count events with a certain value of a column; those with another value are in `event_count` only. */
export const COUNTS = {
  type: { alert: 'alerts', action: 'actions', status: 'statuses', metric: 'metrics' },
  severity: { info: 'infos', warning: 'warnings', error: 'errors', critical: 'criticals' },
  source: { monitor: 'from_monitor', user: 'from_user', jarvis: 'from_jarvis', system: 'from_system' },
} as const;

const VALUES = Object.entries(COUNTS).flatMap(([column, names]) =>
  Object.entries(names).map(([value, name]) => ({ column, value, name })),
);
const NAMES = ['event_count', ...VALUES.map(({ name }) => name)];
const COLUMNS = ['began_at', 'node', ...NAMES].join(', ');
/** The same as in the triggers (migrations/sqlite/1795305612000-event-statistics.ts). */
const AMOUNTS = [
  'count(*)',
  ...VALUES.map(({ column, value }) => `sum(CASE WHEN ${column} = '${value}' THEN 1 ELSE 0 END)`),
];

const MINUTE = 'substr("timestamp", 15, 2)';
const QUARTER = `CASE WHEN ${MINUTE} < '15' THEN '00' WHEN ${MINUTE} < '30' THEN '15' WHEN ${MINUTE} < '45' THEN '30' ELSE '45' END`;
const KEY = `substr("timestamp", 1, 14) || ${QUARTER} || ':00.000Z' AS began_at, substr(COALESCE(node, ''), 1, 255) AS node`;

/** Columns of the table stand before aliases in GROUP BY. */
const countsOf = (filter: string): string =>
  `SELECT ${KEY}, ${AMOUNTS.map((amount, index) => `${amount} AS ${NAMES[index] ?? ''}`).join(', ')}
   FROM events ${filter} GROUP BY 1, 2`;
/** Both tables as one list whose sums are 0 where they agree. */
const DIFFERENCES = `SELECT ${COLUMNS} FROM (${countsOf('')}) AS counted
  UNION ALL SELECT began_at, node, ${NAMES.map((name) => `-${name}`).join(', ')} FROM event_counts`;

/** Adds events to the counts of their quarters of an hour. */
function addEvents(table: string, { text, values }: Query): Query {
  return {
    text: `INSERT INTO ${table} AS kept (${COLUMNS}) ${countsOf(`WHERE ${text}`)} ORDER BY 1, 2
      ON CONFLICT (began_at, node) DO UPDATE SET ${NAMES.map((name) => `${name} = kept.${name} + excluded.${name}`).join(', ')}`,
    values,
  };
}

/** Takes events out again; no row is left of quarters that have none any more. */
function subtractEvents({ text, values }: Query): Query {
  const isSame = '(kept.began_at, kept.node) = (gone.began_at, gone.node)';
  return {
    text: `WITH gone AS (${countsOf(`WHERE ${text}`)}), emptied AS (
        DELETE FROM event_counts AS kept USING gone WHERE ${isSame} AND kept.event_count = gone.event_count
      )
      UPDATE event_counts AS kept SET ${NAMES.map((name) => `${name} = kept.${name} - gone.${name}`).join(', ')}
      FROM gone WHERE ${isSame} AND kept.event_count <> gone.event_count`,
    values,
  };
}

const idsIn = (ids: readonly (string | number)[]): Query => ({
  text: `id IN (${ids.map(() => '?').join(', ')})`,
  values: ids,
});

/**
 * What to run, in this order and in one unit, to forget events and keep their counts; the last deletes them.
 * @param derivesByTriggers whether the engine lowers the counts of the events that are there by itself.
 */
export function forgettingStatements(ids: readonly number[], derivesByTriggers: boolean): readonly Query[] {
  const those = idsIn(ids);
  return [
    addEvents('forgotten_event_counts', those),
    ...(derivesByTriggers ? [] : [subtractEvents(those)]),
    { text: `DELETE FROM events WHERE ${those.text}`, values: those.values },
  ];
}

/**
 * What to run where events have come back that retention had removed: they are counted with those that are there again.
 * @param ids of events that were added, and had not been there.
 */
export function returningStatements(ids: readonly number[]): readonly Query[] {
  const { text, values } = idsIn(ids);
  const wasForgotten = `EXISTS (SELECT 1 FROM forgotten_ranges AS forgotten
    WHERE forgotten.kind = 'event' AND events.id BETWEEN forgotten.first_id AND forgotten.last_id)`;
  const lowered = NAMES.map(
    (name) => `${name} = CASE WHEN kept.${name} > back.${name} THEN kept.${name} - back.${name} ELSE 0 END`,
  );
  return [
    {
      text: `UPDATE forgotten_event_counts AS kept SET ${lowered.join(', ')}
        FROM (${countsOf(`WHERE ${text} AND ${wasForgotten}`)}) AS back
        WHERE (kept.began_at, kept.node) = (back.began_at, back.node)`,
      values,
    },
    { text: 'DELETE FROM forgotten_event_counts WHERE event_count = 0', values: [] },
  ];
}

/**
 * Counts the events from one quarter of an hour to another again, in one unit. What retention forgot is counted elsewhere.
 * @param until undefined for all that follow.
 */
export function recountingStatements(since: string, until: string | undefined): readonly Query[] {
  const span = (column: string): Query => ({
    text: `"${column}" >= ?${until === undefined ? '' : ` AND "${column}" < ?`}`,
    values: until === undefined ? [since] : [since, until],
  });
  const kept = span('began_at');
  return [
    { text: `DELETE FROM event_counts WHERE ${kept.text}`, values: kept.values },
    addEvents('event_counts', span('timestamp')),
  ];
}

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
  check: {
    count: `SELECT count(*) FROM (SELECT 1 FROM (${DIFFERENCES}) AS differences GROUP BY began_at, node
      HAVING ${NAMES.map((name) => `sum(${name}) <> 0`).join(' OR ')}) AS wrong`,
    message:
      'event_counts: quarters of an hour that do not agree with their events (`jarvis-memory reindex` counts them again)',
  },
  upkeep: {
    of: 'events',
    afterInsert: (ids) => addEvents('event_counts', idsIn(ids)),
    beforeDelete: subtractEvents,
  },
} as const satisfies DerivedEntry<EventCountEntity>;

/** The counts of events that retention has forgotten, which nothing else tells. */
export const FORGOTTEN_EVENT_COUNTS = {
  role: 'operational',
  name: 'forgotten_event_counts',
  columns: EVENT_COUNTS.columns,
  isSalvaged: true,
} as const satisfies OperationalEntry<EventCountEntity>;

/** What another program has changed in a transaction that has not ended; empty otherwise, and always in SQLite. */
export const EVENT_COUNTS_CHANGES = {
  role: 'operational',
  name: 'event_counts_changes',
  columns: EVENT_COUNTS.columns,
  isSalvaged: false,
} as const satisfies OperationalEntry<EventCountEntity>;
