import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Creates the four tables, with the names and columns of the first Jarvis backend. An existing table of that backend is
 * kept, and missing columns are added.
 */
export class MemoryTables1795305600000 implements MigrationInterface {
  readonly name = 'MemoryTables1795305600000';

  async up(runner: QueryRunner): Promise<void> {
    for (const [table, columns] of Object.entries(TABLES)) {
      const present = await columnsOf(runner, table);
      if (present.size === 0) {
        const definitions = Object.entries(columns).map(([name, { type }]) => `"${name}" ${type}`);
        await runner.query(`CREATE TABLE "${table}" (${definitions.join(', ')})`);
      } else {
        await addMissing(runner, table, present);
      }
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of Object.keys(TABLES)) await runner.query(`DROP TABLE "${table}"`);
  }
}

interface Column {
  readonly type: string;
  /** The definition for ALTER TABLE, where SQLite requires a default for NOT NULL columns. */
  readonly added?: string;
}

const TABLES: Readonly<Record<string, Readonly<Record<string, Column>>>> = {
  events: {
    id: { type: 'integer PRIMARY KEY AUTOINCREMENT NOT NULL' },
    timestamp: { type: 'text NOT NULL' },
    type: { type: 'text NOT NULL' },
    severity: { type: "text NOT NULL DEFAULT ('info')" },
    source: { type: 'text NOT NULL', added: "text NOT NULL DEFAULT 'system'" },
    node: { type: 'text' },
    summary: { type: 'text NOT NULL' },
    details: { type: 'text' },
    resolved: { type: 'boolean NOT NULL DEFAULT (0)' },
    resolved_at: { type: 'text' },
    resolved_by: { type: 'text' },
  },
  conversations: {
    id: { type: 'integer PRIMARY KEY AUTOINCREMENT NOT NULL' },
    session_id: { type: 'text NOT NULL' },
    timestamp: { type: 'text NOT NULL' },
    role: { type: 'text NOT NULL' },
    content: { type: 'text NOT NULL' },
    model: { type: 'text' },
    tokens_used: { type: 'integer' },
    input_tokens: { type: 'integer' },
    output_tokens: { type: 'integer' },
    cost_usd: { type: 'real' },
    tool_calls: { type: 'text' },
  },
  cluster_snapshots: {
    id: { type: 'integer PRIMARY KEY AUTOINCREMENT NOT NULL' },
    timestamp: { type: 'text NOT NULL' },
    snapshot: { type: 'text NOT NULL' },
  },
  preferences: {
    key: { type: 'text PRIMARY KEY NOT NULL' },
    value: { type: 'text NOT NULL' },
    updated_at: { type: 'text NOT NULL', added: "text NOT NULL DEFAULT '1970-01-01T00:00:00.000Z'" },
  },
};

async function columnsOf(runner: QueryRunner, table: string): Promise<Set<string>> {
  const rows = (await runner.query(`PRAGMA table_info("${table}")`)) as { name: string }[];
  return new Set(rows.map(({ name }) => name));
}

async function addMissing(runner: QueryRunner, table: string, present: ReadonlySet<string>): Promise<void> {
  for (const [name, { type, added = type }] of Object.entries(TABLES[table] ?? {})) {
    if (!present.has(name)) await runner.query(`ALTER TABLE "${table}" ADD COLUMN "${name}" ${added}`);
  }
}
