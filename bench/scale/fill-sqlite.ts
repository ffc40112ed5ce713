import Database from 'better-sqlite3';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { ScaleRows, type ScaleEvent, type ScaleMessage } from './rows.js';

const CHUNK = 20_000;

/** The same, and the search index is left empty: making it takes longer than all that is measured without searching. */
export async function fillUnindexedFile(
  path: string,
  rows: number,
  onRows: (rows: number) => void,
): Promise<void> {
  await fillScaleFile(path, rows, onRows);
  const db = new Database(path);
  db.prepare('UPDATE search_marks SET mark = ?').run(rows);
  db.close();
}

/** As many messages as events, with plain SQL, while no server has the file open. */
export async function fillScaleFile(
  path: string,
  rows: number,
  onRows: (rows: number) => void,
): Promise<void> {
  const db = new Database(path);
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = OFF');
  db.pragma('cache_size = -400000');
  const made = new ScaleRows(rows);
  const insertMessages = db.transaction(messageInsert(db));
  const insertEvents = db.transaction(eventInsert(db));
  for (let from = 0; from < rows; from += CHUNK) {
    const to = Math.min(from + CHUNK, rows);
    insertMessages(made.messages(from, to));
    insertEvents(made.events(from, to));
    onRows(2 * (to - from));
    // Lets the progress bar and Ctrl-C have their turn.
    await nextTurn();
  }
  db.pragma('wal_checkpoint(TRUNCATE)');
  db.close();
}

function messageInsert(db: Database.Database): (rows: ScaleMessage[]) => void {
  const insert = db.prepare(
    `INSERT INTO conversations (session_id, timestamp, role, content, model, tokens_used, input_tokens, output_tokens, cost_usd)
     VALUES (@sessionId, @timestamp, @role, @content, @model, @inputTokens + @outputTokens, @inputTokens, @outputTokens, @costUsd)`,
  );
  return (rows) => {
    for (const row of rows) insert.run(row);
  };
}

function eventInsert(db: Database.Database): (rows: ScaleEvent[]) => void {
  const insert = db.prepare(
    `INSERT INTO events (timestamp, type, severity, source, node, summary, details, resolved, resolved_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  return (rows) => {
    for (const { timestamp, type, severity, source, node, summary, details, resolved, resolvedAt } of rows) {
      const about = [type, severity, source, node, summary, JSON.stringify(details)];
      insert.run(timestamp, ...about, Number(resolved), resolvedAt);
    }
  };
}
