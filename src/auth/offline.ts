import { check } from '../validation/validate.js';
import { Database, Table, type DatabaseTarget } from '../database/index.js';
import { NewPasswordDto } from './auth.dto.js';
import { replacePassword } from './password/stored-password.js';
import { withSecretStore } from './secrets/open-secret-store.js';
import { API_KEYS_TABLE_OPTIONS, KeysService } from './api-keys/keys.service.js';

/**
 * Gives the command line access to the API keys of a database, also while a process serves it, whose cache notices
 * the change.
 * @throws Error where it cannot be used; or what `work` throws.
 */
export function withKeysService<T>(
  target: DatabaseTarget,
  mode: 'read' | 'write',
  work: (keys: KeysService) => Promise<T>,
): Promise<T> {
  return Database.openAlongside(target, mode, (database) =>
    work(new KeysService(Table.of(database, API_KEYS_TABLE_OPTIONS), database)),
  );
}

/**
 * Sets the password of a database and revokes all tokens, without the current password: write access to it
 * proves ownership. A serving process notices within a second.
 * @returns where the hash is kept.
 * @throws Error where the password is too short or too long, or cannot be stored.
 */
export async function resetPassword(target: DatabaseTarget, next: string): Promise<string> {
  const [mistake] = check(NewPasswordDto, { next }, '').errors;
  if (mistake) throw new Error(`The password ${mistake.message}; nothing was changed.`);
  return withSecretStore('password-hash', target, async (store) => {
    await replacePassword(store, next);
    return store.place;
  });
}
