import Database from 'better-sqlite3';
import { cpSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Server } from '../processes/server.js';
import { temporaryFolder, removeFolder } from '../processes/cleanup.js';
import type { Progress } from '../progress.js';
import { fillFile, type FileSize } from './fill.js';
import { untilIndexed } from './indexed.js';

/** What a kept file is filled with. */
export interface Filling {
  /** Part of the folder's name. */
  name: string;
  fill: (path: string, size: FileSize, onRows: (rows: number) => void) => Promise<void>;
}

const SAMPLES: Filling = {
  name: 'kept',
  fill: (path, size, onRows) => fillFile(path, size, 'instant', onRows),
};

/**
 * A file of the given size with the tables that this version of the service makes. It is kept in the system's folder
 * for temporary files and used again while tables, migrations and row counts still match.
 */
export async function keptFile(size: FileSize, progress: Progress, filling = SAMPLES): Promise<string> {
  const folder = join(tmpdir(), `jarvis-bench-${filling.name}-${size.events}`);
  const file = join(folder, 'jarvis.db');
  const templateFolder = temporaryFolder();
  const template = join(templateFolder, 'jarvis.db');
  await startOnce(template);
  if (!existsSync(file) || !matches(file, template, size)) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    cpSync(template, file);
    progress.begin(`Filling ${size.events} events`, size.events + size.messages + size.snapshots);
    await filling.fill(file, size, (rows) => {
      progress.step('', rows);
    });
    progress.end();
  }
  // What the service does once for a file that it has not seen, it does here and not in a measurement.
  await startOnce(file);
  removeFolder(templateFolder);
  return file;
}

async function startOnce(file: string): Promise<void> {
  const server = await Server.start('ours', file);
  await untilIndexed(await server.target());
  await server.stop();
  const db = new Database(file);
  db.pragma('wal_checkpoint(TRUNCATE)');
  db.close();
}

function matches(file: string, template: string, size: FileSize): boolean {
  const counted = read(file, (db) => ({
    events: count(db, 'events'),
    messages: count(db, 'conversations'),
    snapshots: count(db, 'cluster_snapshots'),
  }));
  return (
    counted.events === size.events &&
    counted.messages === size.messages &&
    counted.snapshots === size.snapshots &&
    read(file, shape) === read(template, shape)
  );
}

function read<T>(file: string, query: (db: Database.Database) => T): T {
  const db = new Database(file);
  const answer = query(db);
  db.close();
  return answer;
}

function count(db: Database.Database, table: string): unknown {
  return db.prepare(`SELECT count(*) FROM ${table}`).pluck().get();
}

/** Tables, indexes and triggers, and the list of migrations, in whichever table the service keeps it. */
function shape(db: Database.Database): string {
  const objects = db
    .prepare<[], { name: string }>(
      "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite%' ORDER BY type, name",
    )
    .all();
  const lists = objects.filter(({ name }) => name.endsWith('migrations'));
  const migrations = lists.map(({ name }) =>
    db.prepare(`SELECT name FROM "${name}" ORDER BY id`).pluck().all(),
  );
  return JSON.stringify({ objects, migrations });
}
