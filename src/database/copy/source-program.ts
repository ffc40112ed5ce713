import type { CopySource } from './ends.js';

/** Where a thread finds a memory that it copies: a module, and what that is to open. */
export interface SourceProgram {
  /** Of a module that exports `withSource`. */
  readonly url: string;
  /** It is copied (structured clone). */
  readonly input: unknown;
}

/** What such a module exports. */
export interface SourceModule {
  readonly withSource: <T>(input: unknown, work: (source: CopySource) => Promise<T>) => Promise<T>;
}
