import { copyMemory, type CopyOptions, type CopyReport } from './copy/copy-memory.js';
import { CopyRefused, type CopySource, type CopyTarget } from './copy/ends.js';
import type { SecretsBeside } from './copy/secrets-beside.js';
import type { DatabaseTarget } from './database.options.js';
import { identityOfDatabase } from './postgres/copy/connection.js';
import { withEmptyDatabase } from './postgres/copy/empty-database.js';
import { withPostgresSource } from './postgres/copy/source.js';
import { withEmptyFile } from './sqlite/copy/empty-file.js';
import { identityOfFile, withSqliteSource } from './sqlite/copy/source.js';

/** Moving a memory, for commands; no service may use either side. Services use `index.ts`. */
export { CopyRefused, RowsRefused } from './copy/ends.js';
export type { CopyOptions, CopyReport, CopyStep } from './copy/copy-memory.js';
export type { KeptSecret, SecretsBeside } from './copy/secrets-beside.js';

/**
 * Copies a memory into an empty database of either engine: all of it, or nothing. The source is left as it is.
 * @param secrets those beside a file.
 * @throws CopyRefused where a side cannot be used as it is; RowsRefused; DatabaseInUse; what either engine throws.
 */
export async function moveMemory(
  from: DatabaseTarget,
  to: DatabaseTarget,
  secrets: SecretsBeside,
  options: CopyOptions,
): Promise<CopyReport> {
  if ((await identityOf(from)) === (await identityOf(to))) {
    throw new CopyRefused('Both are the same database; nothing was moved.');
  }
  return withSource(from, secrets, (source) =>
    withTarget(to, secrets, (target) => copyMemory(source, target, options)),
  );
}

function identityOf({ file, postgres }: DatabaseTarget): Promise<string> | string {
  return postgres ? identityOfDatabase(postgres) : identityOfFile(file);
}

function withSource<T>(
  { file, postgres }: DatabaseTarget,
  secrets: SecretsBeside,
  work: (source: CopySource) => Promise<T>,
): Promise<T> {
  return postgres ? withPostgresSource(postgres, work) : withSqliteSource(file, secrets, work);
}

function withTarget<T>(
  { file, postgres }: DatabaseTarget,
  secrets: SecretsBeside,
  work: (target: CopyTarget) => Promise<T>,
): Promise<T> {
  return postgres ? withEmptyDatabase(postgres, work) : withEmptyFile(file, secrets, work);
}
