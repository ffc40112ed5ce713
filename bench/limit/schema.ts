/** The least that answers the measured questions: the tables, and one index for each kind of list. */
export const LIMIT_SCHEMA = `
  CREATE TABLE IF NOT EXISTS events (
    id INTEGER PRIMARY KEY AUTOINCREMENT, timestamp TEXT NOT NULL, type TEXT NOT NULL, severity TEXT NOT NULL,
    source TEXT NOT NULL, node TEXT, summary TEXT NOT NULL, details TEXT,
    resolved INTEGER NOT NULL DEFAULT 0, resolved_at TEXT, resolved_by TEXT);
  CREATE INDEX IF NOT EXISTS events_time ON events (timestamp, id);
  CREATE INDEX IF NOT EXISTS events_type_node ON events (type, node, timestamp, id);
  CREATE INDEX IF NOT EXISTS events_unresolved ON events (timestamp, id) WHERE resolved = 0;
  CREATE TABLE IF NOT EXISTS conversations (
    id INTEGER PRIMARY KEY AUTOINCREMENT, session_id TEXT NOT NULL, timestamp TEXT NOT NULL, role TEXT NOT NULL,
    content TEXT NOT NULL, model TEXT, tokens_used INTEGER, input_tokens INTEGER, output_tokens INTEGER,
    cost_usd REAL, tool_calls TEXT);
  CREATE INDEX IF NOT EXISTS conversations_session ON conversations (session_id, timestamp, id);
  CREATE TABLE IF NOT EXISTS cluster_snapshots (
    id INTEGER PRIMARY KEY AUTOINCREMENT, timestamp TEXT NOT NULL, snapshot TEXT NOT NULL);
  CREATE INDEX IF NOT EXISTS cluster_snapshots_time ON cluster_snapshots (timestamp, id);
  CREATE TABLE IF NOT EXISTS preferences (key TEXT PRIMARY KEY, value TEXT NOT NULL, updated_at TEXT NOT NULL);
`;

/** What a bare insert binds: the columns of a new event, in this order. */
export const INSERT_EVENT = `
  INSERT INTO events (timestamp, type, severity, source, node, summary, details) VALUES (?, ?, ?, ?, ?, ?, ?)`;
