import { existsSync } from 'node:fs';
import type { LoggerService } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { readerOptions, writerOptions } from '../../../../ormconfig.js';
import type { QueryWatch } from './slow-queries.js';
import type { AccessMode } from '../file/open.js';
import { SchemaWatch } from '../file/schema-watch.js';
import { definitionsOfOurs } from '../file/foreign-objects.js';
import { sqliteHandle } from './handle.js';

/** One connection that writes and one that only reads; where nothing is to be written, they are one. */
export interface Connections {
  readonly writer: DataSource;
  readonly reader: DataSource;
}

/** For a file that this process serves. They are not open yet. */
export function forServing(file: string, queries: QueryWatch): Connections {
  return {
    writer: new DataSource(writerOptions(file, queries)),
    reader: new DataSource(readerOptions(file, queries)),
  };
}

/**
 * For a file that another process may be serving. Where it has no log, the files that SQLite makes to read go again with
 * a connection that could have written.
 */
export function forAccessAlongside(file: string, mode: AccessMode): Connections {
  const reader = new DataSource({ ...readerOptions(file), readonly: existsSync(`${file}-wal`) });
  return { reader, writer: mode === 'read' ? reader : new DataSource(writerOptions(file)) };
}

/** @returns what watches the schema from now on. */
export async function open({ writer, reader }: Connections, log: LoggerService): Promise<SchemaWatch> {
  for (const source of new Set([writer, reader])) await source.initialize();
  return new SchemaWatch(sqliteHandle(writer), await definitionsOfOurs(), log);
}

export async function close({ writer, reader }: Connections): Promise<void> {
  for (const source of [reader, writer]) if (source.isInitialized) await source.destroy();
}
