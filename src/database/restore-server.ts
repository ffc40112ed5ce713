import { join } from 'node:path';
import { copyMemory, type CopyOptions, type CopyReport } from './copy/copy-memory.js';
import { NO_LOG, type PostgresOptions } from './database.options.js';
import { requireEmptyDatabase, withEmptyDatabase } from './postgres/copy/empty-database.js';
import { withSqliteSource } from './sqlite/copy/source.js';
import { migrateFile } from './sqlite/file/migrator.js';
import { unpackBackup, type BackupContents, type UnpackOptions } from './sqlite/recovery/unpack-backup.js';
import { inUnpackingFolder } from './sqlite/recovery/unpacking-folder.js';

/** For commands; no service may use the database. */
export interface RestoredIntoServer extends BackupContents {
  readonly copied: CopyReport;
}

/**
 * Copies a backup, of a file or of a server, into an empty database: all of it, or nothing. It is unpacked, checked, and
 * brought to this version first, in the folder for temporary files, and before that the database is asked. Where it brings no secrets, the database keeps its own.
 * @throws BackupRefused; CopyRefused where the database cannot be filled; RowsRefused; what the server throws.
 */
export async function restoreIntoServer(
  backup: string,
  server: PostgresOptions,
  options: UnpackOptions & CopyOptions,
): Promise<RestoredIntoServer> {
  await requireEmptyDatabase(server);
  return inUnpackingFolder(backup, async (folder) => {
    const file = join(folder, 'plain.db');
    const contents = await unpackBackup(backup, file, options);
    options.signal?.throwIfAborted();
    await migrateFile(file, NO_LOG);
    options.signal?.throwIfAborted();
    const secrets = { ...options.secrets, read: () => contents.secrets };
    const leavesSecrets = contents.secrets.length === 0;
    const copied = await withSqliteSource(file, secrets, (source) =>
      withEmptyDatabase(server, (target) => copyMemory(source, target, { ...options, leavesSecrets })),
    );
    return { ...contents, copied };
  });
}
