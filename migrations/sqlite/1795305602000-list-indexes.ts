import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Adds the indexes of the lists, each in list order: by (timestamp, id). */
export class ListIndexes1795305602000 implements MigrationInterface {
  readonly name = 'ListIndexes1795305602000';

  async up(runner: QueryRunner): Promise<void> {
    for (const [name, definition] of Object.entries(INDEXES)) {
      await runner.query(`CREATE INDEX "${name}" ON ${definition}`);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const name of Object.keys(INDEXES)) await runner.query(`DROP INDEX "${name}"`);
  }
}

const INDEXES = {
  events_by_time: 'events ("timestamp", "id")',
  events_by_type: 'events ("type", "timestamp", "id")',
  events_by_severity: 'events ("severity", "timestamp", "id")',
  events_by_source: 'events ("source", "timestamp", "id")',
  events_by_node: 'events ("node", "timestamp", "id")',
  events_unresolved: 'events ("timestamp", "id") WHERE "resolved" = 0',
  events_unresolved_by_type: 'events ("type", "timestamp", "id") WHERE "resolved" = 0',
  events_unresolved_by_severity: 'events ("severity", "timestamp", "id") WHERE "resolved" = 0',
  events_unresolved_by_source: 'events ("source", "timestamp", "id") WHERE "resolved" = 0',
  events_unresolved_by_node: 'events ("node", "timestamp", "id") WHERE "resolved" = 0',
  conversations_by_session: 'conversations ("session_id", "timestamp", "id")',
  cluster_snapshots_by_time: 'cluster_snapshots ("timestamp", "id")',
};
