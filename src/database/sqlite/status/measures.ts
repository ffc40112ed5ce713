import { statSync } from 'node:fs';
import type { Statement } from 'better-sqlite3';
import type { DataSource } from 'typeorm';
import { tablesWhere } from '../../catalogue.js';
import type { StorageMeasures } from '../../engine.js';
import { sqliteHandle } from '../connection/handle.js';
import type { Maintenance } from '../workers/maintenance.js';
import { RowCounter } from './row-counter.js';

/** Reads the sizes of an open file; it costs some microseconds. */
export class StorageReader {
  private readonly freePages: Statement;
  private readonly pageBytes: number;

  constructor(
    private readonly path: string,
    reader: DataSource,
  ) {
    const handle = sqliteHandle(reader);
    this.freePages = handle.prepare('PRAGMA freelist_count').pluck();
    this.pageBytes = Number(handle.pragma('page_size', { simple: true }));
  }

  /** @returns undefined where the file cannot be read. */
  read(): StorageMeasures | undefined {
    try {
      return {
        databaseBytes: statSync(this.path).size,
        walBytes: statSync(`${this.path}-wal`, { throwIfNoEntry: false })?.size ?? 0,
        freeListBytes: Number(this.freePages.get()) * this.pageBytes,
      };
    } catch {
      return undefined;
    }
  }
}

/** Counts the rows of the content tables. */
export function rowCounterOf(reader: DataSource, maintenance: Maintenance): RowCounter {
  const tables = tablesWhere(({ entry }) => entry.role === 'content');
  return new RowCounter(sqliteHandle(reader), tables, maintenance);
}
