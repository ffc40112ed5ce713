import { check } from '../validation/validate.js';
import { openAlongside } from '../database/file-operations.js';
import { Database, Table } from '../database/index.js';
import { NewPasswordDto } from './auth.dto.js';
import { adoptPasswordFile, passwordFile, replacePasswordFile } from './password/password-file.js';
import { API_KEYS, KeysService } from './api-keys/keys.service.js';

/**
 * Lets the command line work on the API keys of a database, beside a process that may be serving it and that notices.
 * @throws Error where the file cannot be used; or what the work throws.
 */
export function withKeys<T>(
  file: string,
  mode: 'read' | 'write',
  work: (keys: KeysService) => Promise<T>,
): Promise<T> {
  return Database.openAlongside(file, mode, (database) =>
    work(new KeysService(Table.of(database, API_KEYS), database)),
  );
}

/**
 * Sets the password of a database and revokes all tokens, without asking for the one until now: whoever may write the
 * file is its owner. A process that serves it notices within a second.
 * @returns the file in which the hash is kept.
 * @throws Error where it is too short or too long, or cannot be kept.
 */
export async function resetPassword(file: string, next: string): Promise<string> {
  const [mistake] = check(NewPasswordDto, { next }, '').errors;
  if (mistake) throw new Error(`The password ${mistake.message}; nothing was changed.`);
  return openAlongside(file, 'write', async (path) => {
    await adoptPasswordFile(file);
    const kept = passwordFile(path);
    await replacePasswordFile(kept, next);
    return kept;
  });
}
