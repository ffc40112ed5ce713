import { existsSync } from 'node:fs';
import type { LoggerService } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { readerOptions, writerOptions } from '../../../../ormconfig.js';
import type { QueryWatch } from '../../queries/slow-queries.js';
import type { AccessMode } from '../file/open.js';
import { SchemaWatch } from '../file/schema-watch.js';
import { ownDefinitions } from '../file/foreign-objects.js';
import { FOR_PROGRAMS, ReaderPool } from '../workers/reader-pool.js';
import { sqliteHandle } from './handle.js';

/** The read-write and the read-only connection, the same one where nothing is written; and threads that read. */
export interface Connections {
  readonly writer: DataSource;
  readonly reader: DataSource;
  readonly readers: ReaderPool;
  /** The thread of programs. */
  readonly programs: ReaderPool;
}

/** The connections for a file that this process serves, not yet open. */
export function forServing(file: string, queries: QueryWatch, readerThreads?: number): Connections {
  const reader = new DataSource(readerOptions(file, queries));
  const writer = new DataSource(writerOptions(file, queries));
  return { writer, reader, ...threadsOf(file, reader, readerThreads) };
}

function threadsOf(
  file: string,
  watch: DataSource,
  size?: number,
): Pick<Connections, 'readers' | 'programs'> {
  return {
    readers: new ReaderPool(file, watch, { size }),
    programs: new ReaderPool(file, watch, FOR_PROGRAMS),
  };
}

/**
 * The connections for a file that another process may be serving. Without a log, the connection is not read-only: when it
 * closes, it removes the `-wal` and `-shm` files that SQLite creates for reading.
 */
export function forAccessAlongside(file: string, mode: AccessMode): Connections {
  const reader = new DataSource({ ...readerOptions(file), readonly: existsSync(`${file}-wal`) });
  const writer = mode === 'read' ? reader : new DataSource(writerOptions(file));
  return { reader, writer, ...threadsOf(file, reader) };
}

/** Opens the connections. @returns the schema watch of the file. */
export async function open({ writer, reader }: Connections, log: LoggerService): Promise<SchemaWatch> {
  for (const source of new Set([writer, reader])) await source.initialize();
  return new SchemaWatch(sqliteHandle(writer), await ownDefinitions(), log);
}

/** The connection that writes is closed last: it moves the log into the database, and removes it. */
export async function close({ writer, reader, readers, programs }: Connections): Promise<void> {
  await Promise.all([readers.stop(), programs.stop()]);
  for (const source of [reader, writer]) if (source.isInitialized) await source.destroy();
}
