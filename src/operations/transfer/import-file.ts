import { statSync } from 'node:fs';
import type { LoggerService } from '@nestjs/common';
import { openAlongside } from '../../database/file-operations.js';
import { Database } from '../../database/index.js';
import { ReadSnapshot } from '../../database/row-transfer.js';
import { applyImport } from './import-apply.js';
import { checkImport, type Check } from './import-check.js';
import type { ImportSource } from './import-source.js';
import type { Counts } from './format.js';

export interface ImportOptions {
  /** Only looks what would happen; nothing is written, and the database may be in use. */
  readonly dryRun: boolean;
  readonly logger: LoggerService | false;
  readonly onProgress: (step: 'check' | 'import', bytes: number, total: number) => void;
}

export interface ImportResult {
  readonly check: Check;
  /** How many rows were added; `undefined` where nothing was written, for the check or for the dry run. */
  readonly added: Counts | undefined;
}

/**
 * Imports an export into a database file, which is made where it is missing. Where anything is wrong with the export,
 * nothing of it is imported.
 * @throws DatabaseInUse where another process has the file; Error where it cannot be used.
 */
export async function importInto(
  file: string,
  source: ImportSource,
  { dryRun, logger, onProgress }: ImportOptions,
): Promise<ImportResult> {
  const meter = (step: 'check' | 'import'): ((count: number) => void) => {
    let done = 0;
    return (count) => {
      onProgress(step, (done += count), source.bytes);
    };
  };
  const isThere = (statSync(file, { throwIfNoEntry: false })?.size ?? 0) > 0;
  const checkAgainst = (existing?: ReadSnapshot): Promise<Check> =>
    checkImport(source, existing, meter('check')).finally(() => existing?.close());
  if (dryRun) {
    const look = (path: string): Promise<Check> => checkAgainst(ReadSnapshot.open(path));
    return { check: await (isThere ? openAlongside(file, 'read', look) : checkAgainst()), added: undefined };
  }
  let database = isThere ? await openDatabase(file, logger) : undefined;
  try {
    const check = await checkAgainst(database?.openReadSnapshot());
    if (check.wrong > 0) return { check, added: undefined };
    database ??= await openDatabase(file, logger);
    return { check, added: await applyImport(source, database, check, meter('import')) };
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
