import { statSync } from 'node:fs';
import { migrations } from '../../../../migrations/sqlite/index.js';
import type { DatabaseStatus } from '../../engine.js';
import type { Connections } from '../connection/connections.js';
import { sqliteHandle } from '../connection/handle.js';
import type { SqliteTransaction } from '../connection/transaction.js';

const SYNCHRONOUS = ['off', 'normal', 'full', 'extra'];

/** Reads the status from the serving connections. Never throws. */
export async function readStatus(
  file: string,
  { writer, reader }: Connections,
  transaction: SqliteTransaction | undefined,
): Promise<DatabaseStatus> {
  try {
    await reader.query('SELECT 1 FROM events LIMIT 1');
    const served = sqliteHandle(writer);
    return {
      status: 'up',
      engine: 'sqlite',
      journalMode: String(served.pragma('journal_mode', { simple: true })),
      synchronous: SYNCHRONOUS[transaction?.synchronous ?? -1] ?? 'unknown',
      migration: migrations.at(-1)?.name ?? 'none',
      sqliteVersion: String(served.prepare('SELECT sqlite_version()').pluck().get()),
      sizeBytes: statSync(file).size,
    };
  } catch {
    return { status: 'down', reason: 'The database does not answer.' };
  }
}
