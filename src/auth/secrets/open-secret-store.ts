import type { Environment } from '../../config/index.js';
import type { Database } from '../../database/index.js';
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
