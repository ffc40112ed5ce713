import { statSync } from 'node:fs';
import type { Statement } from 'better-sqlite3';
import type { DataSource } from 'typeorm';
import { tablesWhere } from '../../catalogue.js';
import { RowCounter } from './row-counter.js';
import type { DatabaseFile } from '../file/database-file.js';
import { sqliteHandle } from '../connection/handle.js';
import type { Group, Outcomes, WriteQueue } from '../../write-queue.js';

/** The file in bytes. */
export interface FileMeasures {
  /** The database file itself. */
  readonly databaseBytes: number;
  /** The write-ahead log beside it. */
  readonly walBytes: number;
  /** Pages inside the database file that hold nothing: new rows take them before the file grows. */
  readonly freeListBytes: number;
}

/** The write queue in units of work. */
export interface QueueMeasures {
  /** How many wait. */
  readonly depth: number;
  /** How many may wait. */
  readonly capacity: number;
  readonly outcomes: Readonly<Outcomes>;
}

/** Numbers about a database that serves: its write queue and its file. Nothing here costs more than some microseconds. */
export class SqliteMeasures {
  readonly rows: RowCounter;
  private readonly freePages: Statement;
  private readonly pageBytes: number;

  constructor(
    private readonly served: DatabaseFile,
    reader: DataSource,
    private readonly writes: WriteQueue,
  ) {
    const handle = sqliteHandle(reader);
    const tables = tablesWhere(({ entry }) => entry.role === 'kept');
    this.rows = new RowCounter(handle, tables, served.maintenance);
    this.freePages = handle.prepare('PRAGMA freelist_count').pluck();
    this.pageBytes = Number(handle.pragma('page_size', { simple: true }));
  }

  get queue(): QueueMeasures {
    return this.writes;
  }

  /** @returns undefined where the file cannot be asked. */
  ofFile(): FileMeasures | undefined {
    const { path } = this.served;
    try {
      return {
        databaseBytes: statSync(path).size,
        walBytes: statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0,
        freeListBytes: Number(this.freePages.get()) * this.pageBytes,
      };
    } catch {
      return undefined;
    }
  }

  /** Lets somebody see each transaction of the write queue once it is over; the last one who asks. */
  watchGroups(watcher: (group: Group) => void): void {
    this.writes.watcher = watcher;
  }
}
