import type { Query } from '../query.js';

/** The kinds whose rows have a text index: those whose entry in the catalogue names what is searched. */
export type IndexedKind = 'event' | 'message';
export const INDEXED_KINDS: readonly IndexedKind[] = ['event', 'message'];

/** A condition on the terms of a row. Words are given as they are written; the index compares their stems. */
export type Match =
  | { readonly word: string }
  /** Words that begin so. */
  | { readonly prefix: string }
  /** Words that follow one another. */
  | { readonly phrase: readonly string[] }
  /** All of them, and not the other. */
  | { readonly all: readonly Match[]; readonly not?: Match | undefined }
  | { readonly any: readonly Match[] };

export interface MatchBounds {
  /** Ids up to this one. */
  readonly upTo?: number | undefined;
  /** The newest so many, newest first; default: all, in any order. */
  readonly newest?: number | undefined;
  /** The oldest so many, oldest first. */
  readonly oldest?: number | undefined;
  /** A condition on `found.id`, for what the terms of a row do not tell. */
  readonly where?: Query | undefined;
  /** Of rows in an order, so many are compared with the condition at most. */
  readonly among?: number | undefined;
}

/** A message in the order of its session. */
export interface Place {
  readonly id: number;
  readonly sessionId: string;
  readonly timestamp: string;
}

/** What the index takes in of one row. */
export interface IndexedRow {
  readonly id: number;
  /** Its text, folded. */
  readonly body: string;
  /** Terms that stand for the values of its columns; see `text/indexed-text.ts`. */
  readonly tags: string;
}

/**
 * The statements of the text index, which every engine has in its own words. Ids are those of the rows of the kind.
 * Placeholders are `?`.
 */
export interface SearchDialect {
  /** So many rows without an order are read from the index in some 10 ms. */
  readonly unorderedRows: number;
  /** The messages before and after each of these in its session. @returns a query for them, with the id of that as `seed`. */
  around(messages: readonly Place[], reach: number): Query;
  /** @returns a query for `{ id }`. */
  matching(kind: IndexedKind, match: Match, bounds?: MatchBounds): Query;
  /** How many rows match, counted up to a limit. @returns a query for `{ count }`. */
  count(kind: IndexedKind, match: Match, limit: number): Query;
  /** Which of these rows the index has. @returns a query for `{ id }`. */
  held(kind: IndexedKind, ids: readonly number[]): Query;
  /** Takes rows in, which must not be in the index. */
  add(kind: IndexedKind, rows: readonly IndexedRow[]): Query;
  /** Takes rows out. One that is not in the index is no error. */
  remove(kind: IndexedKind, ids: readonly number[]): Query;
  /** Adds to the numbers of rows by term. */
  addTerms(kind: IndexedKind, documents: Readonly<Record<string, number>>): Query;
  /** Empties the index of a kind. */
  clear(kind: IndexedKind): Query;
}
