import Database from 'better-sqlite3';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { sampleEvent, sampleMessage, sampleSnapshot } from './samples.js';

export interface FileSize {
  events: number;
  messages: number;
  sessions: number;
  snapshots: number;
}

/** The first backend wrote `2026-11-22 20:15:00`; the service writes `2026-11-22T20:15:00.000Z`. */
export type TimeForm = 'instant' | 'datetime';

/** Events with as much to say as an event may have. */
export const LARGE_EVENTS = { count: 100, bytes: 1_048_576, node: 'large' };

const CHUNK = 20_000;
const SECONDS_BETWEEN_EVENTS = 20;
const SECONDS_BETWEEN_MESSAGES = 15;
const SESSIONS_AT_A_TIME = 10;
/** One event in fifty is still open. */
const UNRESOLVED_EVERY = 50;

export function sessionName(index: number): string {
  return `session-${String(index).padStart(6, '0')}`;
}

/** Fills a file that a server has created, with plain SQL, while no server has it open. */
export async function fillFile(
  path: string,
  size: FileSize,
  form: TimeForm,
  onRows: (rows: number) => void,
): Promise<void> {
  const db = new Database(path);
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = OFF');
  db.pragma('cache_size = -200000');
  const times = timeline(form);
  await inChunks(db, size.events, eventInsert(db, times, size.events), onRows);
  await inChunks(db, size.messages, messageInsert(db, times, size), onRows);
  await inChunks(db, size.snapshots, snapshotInsert(db, times, size.snapshots), onRows);
  db.pragma('wal_checkpoint(TRUNCATE)');
  db.close();
}

async function inChunks(
  db: Database.Database,
  count: number,
  insert: (index: number) => void,
  onRows: (rows: number) => void,
) {
  const insertRange = db.transaction((from: number, to: number) => {
    for (let index = from; index < to; index += 1) insert(index);
  });
  for (let from = 0; from < count; from += CHUNK) {
    const to = Math.min(from + CHUNK, count);
    insertRange(from, to);
    onRows(to - from);
    // Lets the progress bar and Ctrl-C have their turn.
    await nextTurn();
  }
}

/** The last row is of now, the others lie before it at equal distances. */
function timeline(form: TimeForm) {
  const end = Date.now();
  return (index: number, count: number, secondsBetween: number): string => {
    const instant = new Date(end - (count - 1 - index) * secondsBetween * 1000).toISOString();
    return form === 'instant' ? instant : instant.slice(0, 19).replace('T', ' ');
  };
}

type Timeline = ReturnType<typeof timeline>;

function eventInsert(db: Database.Database, times: Timeline, count: number) {
  const insert = db.prepare(
    `INSERT INTO events (timestamp, type, severity, source, node, summary, details, resolved, resolved_at, resolved_by)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  return (index: number) => {
    const { type, severity, source, node, summary, details } = sampleEvent(index);
    const time = times(index, count, SECONDS_BETWEEN_EVENTS);
    const row = [time, type, severity, source, node, summary, JSON.stringify(details)];
    // The stride shares no factor with those of type and node: open events are of all kinds.
    const open = (index * 7 + Math.floor(index / 20)) % UNRESOLVED_EVERY === 0;
    insert.run(...row, open ? 0 : 1, open ? null : time, open ? null : 'jarvis');
  };
}

/** Ten sessions run side by side, so that the messages of one do not lie next to each other in the file. */
function messageInsert(db: Database.Database, times: Timeline, { messages, sessions }: FileSize) {
  const insert = db.prepare(
    'INSERT INTO conversations (session_id, timestamp, role, content, model, tokens_used) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const perSession = messages / sessions;
  return (index: number) => {
    const { role, content, model, tokensUsed } = sampleMessage(index);
    const block = Math.floor(index / (perSession * SESSIONS_AT_A_TIME));
    const session = sessionName(block * SESSIONS_AT_A_TIME + (index % SESSIONS_AT_A_TIME));
    insert.run(session, times(index, messages, SECONDS_BETWEEN_MESSAGES), role, content, model, tokensUsed);
  };
}

function snapshotInsert(db: Database.Database, times: Timeline, count: number) {
  const insert = db.prepare('INSERT INTO cluster_snapshots (timestamp, snapshot) VALUES (?, ?)');
  return (index: number) =>
    insert.run(times(index, count, SECONDS_BETWEEN_EVENTS), JSON.stringify(sampleSnapshot(index)));
}

/** Adds the events that make a page large, as the newest of all. */
export function addLargeEvents(path: string): void {
  const db = new Database(path);
  const insert = db.prepare(
    `INSERT INTO events (timestamp, type, severity, source, node, summary, details, resolved)
     VALUES (?, 'status', 'info', 'system', ?, 'an event with much to say', ?, 1)`,
  );
  const { count, bytes, node } = LARGE_EVENTS;
  const details = JSON.stringify({ text: 'x'.repeat(bytes - JSON.stringify({ text: '' }).length) });
  for (let index = 0; index < count; index += 1) insert.run(new Date().toISOString(), node, details);
  db.pragma('wal_checkpoint(TRUNCATE)');
  db.close();
}
