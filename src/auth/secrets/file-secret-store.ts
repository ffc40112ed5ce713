import { realFile } from '../../files/files.js';
import { readSecretFile, relocateSecret, takeMovedSecret, writeSecretFile } from './secret-file.js';
import type { SecretName, SecretStore, StoredSecret } from './secret-store.js';
import { WatchedFile } from './watched-file.js';

/** A secret in its own file beside the database: `<DB_PATH>.<name>`. */
export class FileSecretStore implements SecretStore {
  private readonly watched: WatchedFile;

  private constructor(
    readonly file: string,
    readonly mayCreate: boolean,
    /** Whether the file of an earlier version, or of a move, could be moved here, if there was one. */
    private readonly isRelocated: boolean,
  ) {
    // Watched before it is read: the command line may write it while hashes are being computed.
    this.watched = new WatchedFile(file);
  }

  /** @param mayCreate whether a file may be created beside the database: a refused one may belong to another service. */
  static async open(databaseFile: string, name: SecretName, mayCreate = true): Promise<FileSecretStore> {
    const path = realFile(databaseFile);
    const isRelocated =
      !mayCreate || ((await takeMovedSecret(path, name)) && (await relocateSecret(databaseFile, `.${name}`)));
    return new FileSecretStore(`${path}.${name}`, mayCreate, isRelocated);
  }

  get place(): string {
    return this.file;
  }

  read(): Promise<StoredSecret> {
    return Promise.resolve(this.readNow());
  }

  readIfChanged(): StoredSecret | undefined {
    return this.watched.hasChanged() ? this.readNow() : undefined;
  }

  /** Files have no compare-and-set: one that is written between the read and this call is replaced. */
  async write(secret: string): Promise<string> {
    await writeSecretFile(this.file, secret);
    return secret;
  }

  private readNow(): StoredSecret {
    const stored = readSecretFile(this.file);
    return stored.state === 'none' && !this.isRelocated ? { state: 'unreadable' } : stored;
  }
}
