import { statSync } from 'node:fs';
import type { Statement } from 'better-sqlite3';
import { tablesWhere } from '../../catalogue.js';
import { RowCounter } from './row-counter.js';
import type { DatabaseFile } from '../file/database-file.js';
import type { Connections } from '../connection/connections.js';
import { sqliteHandle } from '../connection/handle.js';
import type { Group, Outcomes, WriteQueue } from '../../write-queue.js';

/** Sizes of the file. */
export interface FileMeasures {
  /** The database file itself. */
  readonly databaseBytes: number;
  /** The write-ahead log beside it. */
  readonly walBytes: number;
  /** Free pages inside the database file, which are reused before the file grows. */
  readonly freeListBytes: number;
}

/** The write queue, in units of work. */
export interface QueueMeasures {
  /** Waiting units. */
  readonly depth: number;
  /** Limit of waiting units. */
  readonly capacity: number;
  readonly outcomes: Readonly<Outcomes>;
}

/** What may take long to read. */
export interface ReadMeasures {
  /** How many reads wait for a thread. */
  readonly depth: number;
  /** How many have one. */
  readonly running: number;
}

/** Measurements of an open database: its queues and its file. None costs more than some microseconds. */
export class SqliteMeasures {
  readonly rows: RowCounter;
  private readonly freePages: Statement;
  private readonly pageBytes: number;

  constructor(
    private readonly file: DatabaseFile,
    private readonly connections: Connections,
    private readonly writes: WriteQueue,
  ) {
    const handle = sqliteHandle(connections.reader);
    const tables = tablesWhere(({ entry }) => entry.role === 'content');
    this.rows = new RowCounter(handle, tables, file.maintenance);
    this.freePages = handle.prepare('PRAGMA freelist_count').pluck();
    this.pageBytes = Number(handle.pragma('page_size', { simple: true }));
  }

  get queue(): QueueMeasures {
    return this.writes;
  }

  get reads(): ReadMeasures {
    return this.connections.readers;
  }

  /** @returns undefined where the file cannot be read. */
  ofFile(): FileMeasures | undefined {
    const { path } = this.file;
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

  /** Sets the one watcher that is called after each transaction of the write queue. */
  watchGroups(watcher: (group: Group) => void): void {
    this.writes.watcher = watcher;
  }
}
