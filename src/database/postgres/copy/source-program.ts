import type { SourceProgram } from '../../copy/source-program.js';
import type { PostgresOptions } from '../../database.options.js';
import { programUrl } from '../../program-url.js';

/** What a backup of a server copies, while instances serve it. */
export function servedSource(server: PostgresOptions): SourceProgram {
  return { url: programUrl(import.meta.url, './served-source.js').href, input: server };
}
