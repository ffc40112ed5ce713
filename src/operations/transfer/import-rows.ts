import type { LoggerService } from '@nestjs/common';
import { Database, databaseExists, type DatabaseTarget } from '../../database/index.js';
import type { ReadSnapshot } from '../../database/row-transfer.js';
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
 * Imports an export into a database, which is created if it is missing. Where the export has any error, nothing is
 * imported.
 * @throws DatabaseInUse where another process has the file; Error where the database cannot be used, or services wrote
 *   rows with the same keys meanwhile.
 */
export async function importRows(
  target: DatabaseTarget,
  source: ImportSource,
  { dryRun, logger, onProgress }: ImportOptions,
): Promise<ImportResult> {
  const countBytes = (step: 'check' | 'import'): ((count: number) => void) => {
    let done = 0;
    return (count) => {
      onProgress(step, (done += count), source.bytes);
    };
  };
  const exists = await databaseExists(target);
  const checkAgainst = (existing?: ReadSnapshot): Promise<ImportCheck> =>
    checkImport(source, existing, countBytes('check')).finally(() => existing?.close());
  if (dryRun) {
    const check = exists
      ? Database.openAlongside(target, 'read', async (database) =>
          checkAgainst(await database.openReadSnapshot()),
        )
      : checkAgainst();
    return { check: await check, added: undefined };
  }
  let database = exists ? await openDatabase(target, logger) : undefined;
  try {
    const check = await checkAgainst(await database?.openReadSnapshot());
    if (check.wrong > 0) return { check, added: undefined };
    database ??= await openDatabase(target, logger);
    return { check, added: await applyImport(source, database, check, countBytes('import')) };
  } finally {
    await database?.onApplicationShutdown();
  }
}

async function openDatabase(target: DatabaseTarget, logger: LoggerService | false): Promise<Database> {
  const database = await Database.open({ ...target, logger, purpose: 'importing into' });
  const status = await database.status();
  if (status.status === 'up') return database;
  await database.onApplicationShutdown();
  throw new Error(status.reason);
}
