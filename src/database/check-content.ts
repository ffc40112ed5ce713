import type { Database } from './database.js';
import { programUrl } from './program-url.js';
import type { ThreadProgram } from './thread-program.js';

/** What a look at all of a database has found. */
export interface ContentCheck {
  readonly rows: Readonly<Record<string, number>>;
  /** Everything that is wrong; empty where it is in order. */
  readonly findings: readonly string[];
}

const CHECK: ThreadProgram<null, ContentCheck> = { url: programUrl(import.meta.url, './check-thread.js') };

/**
 * Compares the digests of all blocks, and derived tables with those that they are computed from, on one snapshot of the rows. The
 * database may be served meanwhile.
 * @throws the problems of `Database.inThread`.
 */
export function checkContent(database: Database): Promise<ContentCheck> {
  return database.inThread(CHECK, null);
}
