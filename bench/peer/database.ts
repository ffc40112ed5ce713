import Database from 'better-sqlite3';
import { sql } from 'drizzle-orm';
import { drizzle, type BetterSQLite3Database } from 'drizzle-orm/better-sqlite3';
import { index, integer, real, sqliteTable, text } from 'drizzle-orm/sqlite-core';

const now = sql`(datetime('now'))`;

export const events = sqliteTable(
  'events',
  {
    id: integer('id').primaryKey({ autoIncrement: true }),
    timestamp: text('timestamp').notNull().default(now),
    type: text('type').notNull(),
    severity: text('severity').notNull().default('info'),
    source: text('source').notNull(),
    node: text('node'),
    summary: text('summary').notNull(),
    details: text('details'),
    resolved: integer('resolved', { mode: 'boolean' }).notNull().default(false),
    resolvedAt: text('resolved_at'),
    resolvedBy: text('resolved_by'),
  },
  (table) => [
    index('events_timestamp').on(table.timestamp),
    index('events_type').on(table.type),
    index('events_node').on(table.node),
  ],
);

export const conversations = sqliteTable(
  'conversations',
  {
    id: integer('id').primaryKey({ autoIncrement: true }),
    sessionId: text('session_id').notNull(),
    timestamp: text('timestamp').notNull().default(now),
    role: text('role').notNull(),
    content: text('content').notNull(),
    model: text('model'),
    tokensUsed: integer('tokens_used'),
    inputTokens: integer('input_tokens'),
    outputTokens: integer('output_tokens'),
    costUsd: real('cost_usd'),
    toolCalls: text('tool_calls'),
  },
  (table) => [index('conversations_session').on(table.sessionId)],
);

export const clusterSnapshots = sqliteTable(
  'cluster_snapshots',
  {
    id: integer('id').primaryKey({ autoIncrement: true }),
    timestamp: text('timestamp').notNull().default(now),
    snapshot: text('snapshot').notNull(),
  },
  (table) => [index('cluster_snapshots_timestamp').on(table.timestamp)],
);

export const preferences = sqliteTable('preferences', {
  key: text('key').primaryKey(),
  value: text('value').notNull(),
  updatedAt: text('updated_at').notNull().default(now),
});

const CREATE_TABLES = `
  CREATE TABLE IF NOT EXISTS events (
    id INTEGER PRIMARY KEY AUTOINCREMENT, timestamp TEXT NOT NULL DEFAULT (datetime('now')), type TEXT NOT NULL,
    severity TEXT NOT NULL DEFAULT 'info', source TEXT NOT NULL, node TEXT, summary TEXT NOT NULL, details TEXT,
    resolved INTEGER NOT NULL DEFAULT 0, resolved_at TEXT, resolved_by TEXT);
  CREATE INDEX IF NOT EXISTS events_timestamp ON events (timestamp);
  CREATE INDEX IF NOT EXISTS events_type ON events (type);
  CREATE INDEX IF NOT EXISTS events_node ON events (node);
  CREATE TABLE IF NOT EXISTS conversations (
    id INTEGER PRIMARY KEY AUTOINCREMENT, session_id TEXT NOT NULL, timestamp TEXT NOT NULL DEFAULT (datetime('now')),
    role TEXT NOT NULL, content TEXT NOT NULL, model TEXT, tokens_used INTEGER, input_tokens INTEGER,
    output_tokens INTEGER, cost_usd REAL, tool_calls TEXT);
  CREATE INDEX IF NOT EXISTS conversations_session ON conversations (session_id);
  CREATE TABLE IF NOT EXISTS cluster_snapshots (
    id INTEGER PRIMARY KEY AUTOINCREMENT, timestamp TEXT NOT NULL DEFAULT (datetime('now')), snapshot TEXT NOT NULL);
  CREATE INDEX IF NOT EXISTS cluster_snapshots_timestamp ON cluster_snapshots (timestamp);
  CREATE TABLE IF NOT EXISTS preferences (
    key TEXT PRIMARY KEY, value TEXT NOT NULL, updated_at TEXT NOT NULL DEFAULT (datetime('now')));
`;

export type PeerDatabase = BetterSQLite3Database;

export function openPeerDatabase(file: string): PeerDatabase {
  const connection = new Database(file);
  connection.pragma('journal_mode = WAL');
  connection.pragma('synchronous = NORMAL');
  connection.exec(CREATE_TABLES);
  return drizzle(connection);
}
