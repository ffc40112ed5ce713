import { Table, type Database } from '../../database/index.js';
import { now } from '../../time/time.js';
import { ACCESS_TOPIC } from '../guard/access.topic.js';
import { SecretEntity } from './secret.entity.js';
import type { SecretName, SecretStore, StoredSecret } from './secret-store.js';

/** A secret in a row of the database, for instances that share it. */
export class TableSecretStore implements SecretStore {
  readonly place = 'the table `secrets` of the database';
  readonly mayCreate = true;
  readonly isShared = true;
  private readonly secrets: Table<SecretEntity>;

  constructor(
    private readonly database: Database,
    private readonly name: SecretName,
  ) {
    this.secrets = Table.of(database, { entity: SecretEntity, topic: ACCESS_TOPIC });
  }

  async read(): Promise<StoredSecret> {
    const row = await this.secrets.get(this.name);
    return row ? { state: 'kept', secret: row.value } : { state: 'none' };
  }

  readIfChanged(): undefined {
    return undefined;
  }

  /** Compares and sets, so that of several instances that write at once one succeeds and the others learn its secret. */
  async write(value: string, found: StoredSecret): Promise<string> {
    const { name } = this;
    const row = { name, value, updatedAt: now() };
    return this.database.write(
      async (manager) => {
        if (found.state === 'kept') await manager.update(SecretEntity, { name, value: found.secret }, row);
        else await manager.createQueryBuilder().insert().into(SecretEntity).values(row).orIgnore().execute();
        return (await manager.findOneByOrFail(SecretEntity, { name })).value;
      },
      ACCESS_TOPIC,
      { allowOnFullDisk: true },
    );
  }
}
