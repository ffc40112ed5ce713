import Database from 'better-sqlite3';
import { sampleEvent } from '../data/samples.js';
import { INSERT_EVENT, LIMIT_SCHEMA } from '../limit/schema.js';
import { serveTasks } from '../processes/serve-tasks.js';
import type { Sample } from '../types.js';

export interface BareInsertTask {
  file: string;
  rowsPerCommit: number;
  seconds: number;
  /** A file whose `events` table and indexes are used in place of the limit's. */
  tablesOf?: string;
}

const opened = new Map<string, Database.Database>();

serveTasks(insertEvents);

/** Prepared inserts in synced transactions, in a process that does nothing else; `value` is rows per second. */
function insertEvents(task: BareInsertTask): Sample {
  const db = opened.get(task.file) ?? open(task);
  const insert = db.prepare(INSERT_EVENT);
  const commit = db.transaction(() => {
    for (let index = 0; index < task.rowsPerCommit; index += 1) {
      const { type, severity, source, node, summary, details } = sampleEvent(index);
      const timestamp = new Date().toISOString();
      insert.run(timestamp, type, severity, source, node, summary, JSON.stringify(details));
    }
  });
  const startedAt = performance.now();
  let commits = 0;
  let elapsedMs = 0;
  while (elapsedMs < task.seconds * 1000) {
    commit.immediate();
    commits += 1;
    elapsedMs = performance.now() - startedAt;
  }
  return { value: (commits * task.rowsPerCommit) / (elapsedMs / 1000) };
}

function open({ file, tablesOf }: BareInsertTask): Database.Database {
  const db = new Database(file);
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.exec(tablesOf === undefined ? LIMIT_SCHEMA : eventTables(tablesOf));
  opened.set(file, db);
  return db;
}

function eventTables(file: string): string {
  const source = new Database(file, { readonly: true });
  const statements = source
    .prepare<[], string>(
      `SELECT sql FROM sqlite_master
       WHERE tbl_name = 'events' AND type IN ('table', 'index') AND sql IS NOT NULL ORDER BY type DESC`,
    )
    .pluck()
    .all();
  source.close();
  return statements.join(';');
}
