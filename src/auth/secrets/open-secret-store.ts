import type { Environment } from '../../config/index.js';
import { openAlongside } from '../../database/file-operations.js';
import { Database, type DatabaseTarget } from '../../database/index.js';
import { FileSecretStore } from './file-secret-store.js';
import type { SecretName, SecretStore } from './secret-store.js';
import { TableSecretStore } from './table-secret-store.js';

/** The store of a secret: beside a database that one process serves, in one that several instances share. */
export async function openSecretStore(
  name: SecretName,
  { DB_PATH }: Environment,
  database: Database,
): Promise<SecretStore> {
  return database.capabilities.severalInstances
    ? new TableSecretStore(database, name)
    : FileSecretStore.open(DB_PATH, name, database.isOurs);
}

/**
 * The same for a command, while services run or not. Beside a file it is found also where the database in that file is
 * damaged or of an earlier version.
 * @throws Error where the database cannot be used; or what the work throws.
 */
export function withSecretStore<T>(
  name: SecretName,
  target: DatabaseTarget,
  work: (store: SecretStore) => Promise<T>,
): Promise<T> {
  if (target.postgres) {
    return Database.openAlongside(target, 'write', (database) => work(new TableSecretStore(database, name)));
  }
  return openAlongside(target.file, 'write', async () => work(await FileSecretStore.open(target.file, name)));
}
