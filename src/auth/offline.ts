import { check } from '../validation/validate.js';
import { openAlongside } from '../database/file-operations.js';
import { Database, Table } from '../database/index.js';
import { NewPasswordDto } from './auth.dto.js';
import { replacePassword } from './password/stored-password.js';
import { FileSecretStore } from './secrets/file-secret-store.js';
import { API_KEYS_TABLE_OPTIONS, KeysService } from './api-keys/keys.service.js';

/**
 * Gives the command line access to the API keys of a database, also while a process serves it, whose cache notices
 * the change.
 * @throws Error where the file cannot be used; or what `work` throws.
 */
export function withKeysService<T>(
  file: string,
  mode: 'read' | 'write',
  work: (keys: KeysService) => Promise<T>,
): Promise<T> {
  return Database.openAlongside(file, mode, (database) =>
    work(new KeysService(Table.of(database, API_KEYS_TABLE_OPTIONS), database)),
  );
}

/**
 * Sets the password of a database and revokes all tokens, without the current password: write access to the file
 * proves ownership. A serving process notices within a second.
 * @returns the file that stores the hash.
 * @throws Error where the password is too short or too long, or cannot be stored.
 */
export async function resetPassword(file: string, next: string): Promise<string> {
  const [mistake] = check(NewPasswordDto, { next }, '').errors;
  if (mistake) throw new Error(`The password ${mistake.message}; nothing was changed.`);
  return openAlongside(file, 'write', async () => {
    const store = await FileSecretStore.open(file, 'password-hash');
    await replacePassword(store, next);
    return store.file;
  });
}
