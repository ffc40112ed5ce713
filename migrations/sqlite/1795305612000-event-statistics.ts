import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * How many events there are, by quarter of an hour and node, so that a year by days needs no look at the events. Triggers
 * maintain it in the transaction of the event, whichever program writes it. What retention forgets is counted in a table of
 * its own, so that the counts of the events that are there can always be made again from them.
 *
 * Two indexes of resolved events: by the time when they were resolved, and by the span of time in which they were open.
 */
export class EventStatistics1795305612000 implements MigrationInterface {
  readonly name = 'EventStatistics1795305612000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [...TABLES, FILL, ON_INSERT, ON_DELETE, ON_UPDATE, ...INDEXES]) {
      await runner.query(statement);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const index of ['events_by_span', 'events_resolved']) await runner.query(`DROP INDEX "${index}"`);
    for (const event of ['insert', 'delete', 'update']) {
      await runner.query(`DROP TRIGGER "event_counts_on_${event}"`);
    }
    for (const table of ['event_counts_changes', 'forgotten_event_counts', 'event_counts']) {
      await runner.query(`DROP TABLE "${table}"`);
    }
  }
}

/** Each with the column and the value that it counts; one of every event stands first. */
const COUNTS = [
  { name: 'event_count', column: undefined, value: undefined },
  { name: 'alerts', column: 'type', value: 'alert' },
  { name: 'actions', column: 'type', value: 'action' },
  { name: 'statuses', column: 'type', value: 'status' },
  { name: 'metrics', column: 'type', value: 'metric' },
  { name: 'infos', column: 'severity', value: 'info' },
  { name: 'warnings', column: 'severity', value: 'warning' },
  { name: 'errors', column: 'severity', value: 'error' },
  { name: 'criticals', column: 'severity', value: 'critical' },
  { name: 'from_monitor', column: 'source', value: 'monitor' },
  { name: 'from_user', column: 'source', value: 'user' },
  { name: 'from_jarvis', column: 'source', value: 'jarvis' },
  { name: 'from_system', column: 'source', value: 'system' },
] as const;
const NAMES = ['began_at', 'node', ...COUNTS.map(({ name }) => name)].join(', ');

const COLUMNS = [
  '"began_at" text NOT NULL',
  '"node" text NOT NULL',
  ...COUNTS.map(({ name }) => `"${name}" integer NOT NULL`),
].join(', ');
const KEY = 'PRIMARY KEY ("began_at", "node")';
const TABLES = [
  `CREATE TABLE "event_counts" (${COLUMNS}, ${KEY}) WITHOUT ROWID`,
  `CREATE TABLE "forgotten_event_counts" (${COLUMNS}, ${KEY}) WITHOUT ROWID`,
  // Empty here; PostgreSQL keeps in it what other programs change until they commit.
  `CREATE TABLE "event_counts_changes" (${COLUMNS})`,
];

const key = (row: string): string => {
  const minute = `substr(${row}"timestamp", 15, 2)`;
  const quarter = `CASE WHEN ${minute} < '15' THEN '00' WHEN ${minute} < '30' THEN '15' WHEN ${minute} < '45' THEN '30' ELSE '45' END`;
  return `substr(${row}"timestamp", 1, 14) || ${quarter} || ':00.000Z', substr(COALESCE(${row}node, ''), 1, 255)`;
};
/** A comparison is 0 or 1. */
const amountsOf = (row: string): readonly string[] =>
  COUNTS.map(({ column, value }) => (column === undefined ? '1' : `(${row}${column} = '${value}')`));

const FILL = `INSERT INTO event_counts (${NAMES})
  SELECT ${key('')}, ${amountsOf('')
    .map((amount) => `sum(${amount})`)
    .join(', ')} FROM events GROUP BY 1, 2`;

const ADD = `
  INSERT INTO event_counts (${NAMES}) VALUES (${key('NEW.')}, ${amountsOf('NEW.').join(', ')})
  ON CONFLICT (began_at, node) DO UPDATE SET ${COUNTS.map(({ name }) => `${name} = ${name} + excluded.${name}`).join(', ')};`;

const WHERE_OLD = `WHERE (began_at, node) = (${key('OLD.')})`;
const SUBTRACT = `
  UPDATE event_counts SET
    ${COUNTS.map(({ name }, index) => `${name} = ${name} - ${amountsOf('OLD.')[index] ?? ''}`).join(', ')} ${WHERE_OLD};`;
const REMOVE_EMPTY = `
  DELETE FROM event_counts ${WHERE_OLD} AND event_count = 0;`;

const ON_INSERT = `CREATE TRIGGER "event_counts_on_insert" AFTER INSERT ON "events" BEGIN ${ADD}
END`;
const ON_DELETE = `CREATE TRIGGER "event_counts_on_delete" AFTER DELETE ON "events" BEGIN ${SUBTRACT} ${REMOVE_EMPTY}
END`;
const ON_UPDATE = `CREATE TRIGGER "event_counts_on_update"
AFTER UPDATE OF "timestamp", type, severity, source, node ON "events" BEGIN ${SUBTRACT} ${ADD} ${REMOVE_EMPTY}
END`;

/**
 * How much of a timestamp both ends of the span in which an event was open have in common: only those moments that begin
 * with it can lie within the span.
 */
const SPAN = `CASE ${[16, 15, 13, 12, 10, 9, 7, 6, 4, 3]
  .map(
    (length) => `WHEN substr("timestamp", 1, ${length}) = substr("resolved_at", 1, ${length}) THEN ${length}`,
  )
  .join(' ')} ELSE 0 END`;
const INDEXES = [
  `CREATE INDEX "events_resolved" ON "events" ("resolved_at", "id") WHERE "resolved_at" IS NOT NULL`,
  `CREATE INDEX "events_by_span" ON "events" ((${SPAN}), "timestamp", "id", "resolved_at") WHERE "resolved" = true`,
];
