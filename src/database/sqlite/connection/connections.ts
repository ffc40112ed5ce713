import { existsSync } from 'node:fs';
import type { LoggerService } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { readerOptions, writerOptions } from '../../../../ormconfig.js';
import type { QueryWatch } from './slow-queries.js';
import type { AccessMode } from '../file/open.js';
import { SchemaWatch } from '../file/schema-watch.js';
import { ownDefinitions } from '../file/foreign-objects.js';
import { sqliteHandle } from './handle.js';

/** The read-write and the read-only connection; the same one where nothing is written. */
export interface Connections {
  readonly writer: DataSource;
  readonly reader: DataSource;
}

/** The connections for a file that this process serves, not yet open. */
export function forServing(file: string, queries: QueryWatch): Connections {
  return {
    writer: new DataSource(writerOptions(file, queries)),
    reader: new DataSource(readerOptions(file, queries)),
  };
}

/**
 * The connections for a file that another process may be serving. Without a log, the connection is not read-only: when it
 * closes, it removes the `-wal` and `-shm` files that SQLite creates for reading.
 */
export function forAccessAlongside(file: string, mode: AccessMode): Connections {
  const reader = new DataSource({ ...readerOptions(file), readonly: existsSync(`${file}-wal`) });
  return { reader, writer: mode === 'read' ? reader : new DataSource(writerOptions(file)) };
}

/** Opens the connections. @returns the schema watch of the file. */
export async function open({ writer, reader }: Connections, log: LoggerService): Promise<SchemaWatch> {
  for (const source of new Set([writer, reader])) await source.initialize();
  return new SchemaWatch(sqliteHandle(writer), await ownDefinitions(), log);
}

export async function close({ writer, reader }: Connections): Promise<void> {
  for (const source of [reader, writer]) if (source.isInitialized) await source.destroy();
}
