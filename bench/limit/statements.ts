import Database from 'better-sqlite3';
import { INSERT_EVENT, LIMIT_SCHEMA } from './schema.js';

type Json = Record<string, unknown>;
type Row = Record<string, unknown>;

const NEWEST = 'ORDER BY timestamp DESC, id DESC LIMIT ?';

export interface LimitMemory {
  saveEvent: (body: Json) => Json;
  saveEvents: (bodies: Json[]) => Json[];
  newest: (limit: number) => Json[];
  filtered: (type: string, node: string, limit: number) => Json[];
  unresolved: (limit: number) => Json[];
  saveMessage: (body: Json) => Json;
  sessionMessages: (sessionId: string) => Json[];
  saveSnapshot: (snapshot: unknown) => Json;
  latestSnapshot: () => Json | undefined;
  setPreference: (key: string, value: string) => Json;
}

/** Every operation as prepared statements; a write returns after its own synced commit. */
export function prepareStatements(file: string): LimitMemory {
  const db = new Database(file);
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.exec(LIMIT_SCHEMA);
  return {
    ...eventWrites(db),
    ...eventReads(db),
    ...messageStatements(db),
    ...snapshotStatements(db),
    ...preferenceStatements(db),
  };
}

function eventWrites(db: Database.Database) {
  const insert = db.prepare(INSERT_EVENT);
  const saveEvent = (body: Json) => {
    const { type, severity = 'info', source, node = null, summary, details = null } = body;
    const timestamp = new Date().toISOString();
    const { lastInsertRowid: id } = insert.run(
      timestamp,
      type,
      severity,
      source,
      node,
      summary,
      text(details),
    );
    const open = { resolved: false, resolvedAt: null, resolvedBy: null };
    return { id, timestamp, type, severity, source, node, summary, details, ...open };
  };
  return { saveEvent, saveEvents: db.transaction((bodies: Json[]) => bodies.map(saveEvent)) };
}

function eventReads(db: Database.Database) {
  const newest = db.prepare<unknown[], Row>(`SELECT * FROM events ${NEWEST}`);
  const filtered = db.prepare<unknown[], Row>(`SELECT * FROM events WHERE type = ? AND node = ? ${NEWEST}`);
  const unresolved = db.prepare<unknown[], Row>(`SELECT * FROM events WHERE resolved = 0 ${NEWEST}`);
  return {
    newest: (limit: number) => newest.all(limit).map(toEvent),
    filtered: (type: string, node: string, limit: number) => filtered.all(type, node, limit).map(toEvent),
    unresolved: (limit: number) => unresolved.all(limit).map(toEvent),
  };
}

function messageStatements(db: Database.Database) {
  const insert = db.prepare(
    'INSERT INTO conversations (session_id, timestamp, role, content, model, tokens_used) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const ofSession = db.prepare<unknown[], Row>(
    'SELECT * FROM conversations WHERE session_id = ? ORDER BY timestamp, id LIMIT 51',
  );
  return {
    saveMessage: ({ sessionId, role, content, model = null, tokensUsed = null }: Json) => {
      const timestamp = new Date().toISOString();
      const { lastInsertRowid } = insert.run(sessionId, timestamp, role, content, model, tokensUsed);
      return { id: lastInsertRowid, sessionId, timestamp, role, content, model, tokensUsed };
    },
    sessionMessages: (sessionId: string) => ofSession.all(sessionId).slice(0, 50).map(toMessage),
  };
}

function snapshotStatements(db: Database.Database) {
  const insert = db.prepare('INSERT INTO cluster_snapshots (timestamp, snapshot) VALUES (?, ?)');
  const latest = db.prepare<[], { id: number; timestamp: string; snapshot: string }>(
    'SELECT * FROM cluster_snapshots ORDER BY timestamp DESC, id DESC LIMIT 1',
  );
  return {
    saveSnapshot: (snapshot: unknown) => {
      const timestamp = new Date().toISOString();
      return { id: insert.run(timestamp, JSON.stringify(snapshot)).lastInsertRowid, timestamp, snapshot };
    },
    latestSnapshot: () => {
      const row = latest.get();
      return row && { ...row, snapshot: JSON.parse(row.snapshot) as unknown };
    },
  };
}

function preferenceStatements(db: Database.Database) {
  const upsert = db.prepare(
    `INSERT INTO preferences (key, value, updated_at) VALUES (?, ?, ?)
     ON CONFLICT (key) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at`,
  );
  return {
    setPreference: (key: string, value: string) => {
      const updatedAt = new Date().toISOString();
      upsert.run(key, value, updatedAt);
      return { key, value, updatedAt };
    },
  };
}

function text(value: unknown): string | null {
  return value === null ? null : JSON.stringify(value);
}

function toEvent(row: Row) {
  return {
    id: row['id'],
    timestamp: row['timestamp'],
    type: row['type'],
    severity: row['severity'],
    source: row['source'],
    node: row['node'],
    summary: row['summary'],
    details: parsed(row['details']),
    resolved: row['resolved'] === 1,
    resolvedAt: row['resolved_at'],
    resolvedBy: row['resolved_by'],
  };
}

function toMessage(row: Row) {
  return {
    id: row['id'],
    sessionId: row['session_id'],
    timestamp: row['timestamp'],
    role: row['role'],
    content: row['content'],
    model: row['model'],
    tokensUsed: row['tokens_used'],
    inputTokens: row['input_tokens'],
    outputTokens: row['output_tokens'],
    costUsd: row['cost_usd'],
    toolCalls: parsed(row['tool_calls']),
  };
}

function parsed(value: unknown): unknown {
  return typeof value === 'string' ? (JSON.parse(value) as unknown) : null;
}
