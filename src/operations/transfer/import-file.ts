import { statSync } from 'node:fs';
import type { LoggerService } from '@nestjs/common';
import { openAlongside } from '../../database/file-operations.js';
import { Database } from '../../database/index.js';
import { SqliteReadSnapshot, type ReadSnapshot } from '../../database/row-transfer.js';
import { applyImport } from './import-apply.js';
import { checkImport, type ImportCheck } from './import-check.js';
import type { ImportSource } from './import-source.js';
import type { Counts } from './format.js';

export interface ImportOptions {
  /** Only checks; nothing is written, and the database may be in use. */
  readonly dryRun: boolean;
  readonly logger: LoggerService | false;
  readonly onProgress: (step: 'check' | 'import', bytes: number, total: number) => void;
}

export interface ImportResult {
  readonly check: ImportCheck;
  /** Number of added rows; `undefined` where nothing was written, because of errors or of the dry run. */
  readonly added: Counts | undefined;
}

/**
 * Imports an export into a database file, which is created if it is missing. Where the export has any error, nothing is
 * imported.
 * @throws DatabaseInUse where another process has the file; Error where it cannot be used.
 */
export async function importFile(
  file: string,
  source: ImportSource,
  { dryRun, logger, onProgress }: ImportOptions,
): Promise<ImportResult> {
  const countBytes = (step: 'check' | 'import'): ((count: number) => void) => {
    let done = 0;
    return (count) => {
      onProgress(step, (done += count), source.bytes);
    };
  };
  const exists = (statSync(file, { throwIfNoEntry: false })?.size ?? 0) > 0;
  const checkAgainst = (existing?: ReadSnapshot): Promise<ImportCheck> =>
    checkImport(source, existing, countBytes('check')).finally(() => existing?.close());
  if (dryRun) {
    const checkFile = (path: string): Promise<ImportCheck> => checkAgainst(SqliteReadSnapshot.open(path));
    return {
      check: await (exists ? openAlongside(file, 'read', checkFile) : checkAgainst()),
      added: undefined,
    };
  }
  let database = exists ? await openDatabase(file, logger) : undefined;
  try {
    const check = await checkAgainst(await database?.openReadSnapshot());
    if (check.wrong > 0) return { check, added: undefined };
    database ??= await openDatabase(file, logger);
    return { check, added: await applyImport(source, database, check, countBytes('import')) };
  } finally {
    await database?.onApplicationShutdown();
  }
}

async function openDatabase(file: string, logger: LoggerService | false): Promise<Database> {
  const database = await Database.open({ file, logger, purpose: 'importing into' });
  const status = await database.status();
  if (status.status === 'up') return database;
  await database.onApplicationShutdown();
  throw new Error(status.reason);
}
