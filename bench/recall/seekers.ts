/** What a search brings back for one question. */
export interface Found {
  /** Of the rows, the best first; at most `DEPTH`. */
  readonly keys: readonly string[];
  /** The score of the first one, where scores mean something from one question to the next. */
  readonly best?: number;
}

/** One way to search the history. */
export interface Seeker {
  readonly name: string;
  find(query: string): Found | Promise<Found>;
}

export const DEPTH = 10;

/** The words of a text as a search without any knowledge of language takes them. */
export function wordsOf(query: string): string[] {
  return [...new Set(query.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [])].slice(0, 64);
}
