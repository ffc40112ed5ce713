import type { IndexedKind } from '../../database/programs.js';

/** The kinds of rows that are searched. */
export const SEARCH_KINDS = ['event', 'message', 'preference'] as const;
export type SearchKind = (typeof SEARCH_KINDS)[number];

/** What rows have to be. A kind that does not have the field is left out. */
export interface SearchFilters {
  readonly node?: string | undefined;
  readonly type?: string | undefined;
  readonly severity?: string | undefined;
  readonly sessionId?: string | undefined;
  readonly since?: string | undefined;
  readonly until?: string | undefined;
}

export interface SearchInput {
  readonly q: string;
  /** Default: all. */
  readonly kinds?: readonly SearchKind[] | undefined;
  readonly filters: SearchFilters;
  readonly limit: number;
  /** How many messages before and after one that was found are named. */
  readonly neighbours: number;
  /** Whether events of one pattern are one hit. */
  readonly fold: boolean;
  readonly explain: boolean;
  /** Where the page begins; default: with the best. */
  readonly after?: SearchPosition | undefined;
  readonly now: string;
  /** The term of a pattern: its events take no place among the candidates of the index. */
  readonly exceptPattern?: string | undefined;
}

/** The last hit of a page, and what the scores of the first page were made with, so that those of the next are the same. */
export interface SearchPosition extends SearchBasis {
  readonly score: number;
  readonly kind: SearchKind;
  readonly key: string | number;
}

export interface SearchBasis {
  /** The newest id of each kind, and the mark of the index: rows above it were read from the table. */
  readonly newest: Readonly<Record<IndexedKind, number>>;
  readonly marks: Readonly<Record<IndexedKind, number>>;
  /** The units of the query that it was ranked by. */
  readonly ranked: readonly number[];
  /** The number of rows, and in how many of them each of these units was: in the index, and outside it. */
  readonly rows: Counted<number>;
  readonly documents: Counted<readonly number[]>;
  /** The words that stand for those that no row has. */
  readonly corrections: Readonly<Record<string, string>>;
  readonly time: string;
}

/** A number for each index, and one for what no index holds. */
export type Counted<Value> = Readonly<Record<IndexedKind | 'outside', Value>>;

/** A part of a text, and where in it what was searched for is: from the first character to the one past the last. */
export interface Snippet {
  readonly text: string;
  readonly matches: readonly (readonly [from: number, to: number])[];
}

export interface Hit {
  readonly kind: SearchKind;
  /** The id, or the key of a preference. */
  readonly key: string | number;
  readonly timestamp: string;
  readonly score: number;
  readonly snippet: Snippet;
  /** The words of the query that it holds. */
  readonly matched: readonly string[];
  /** Events of its pattern, and the nodes of those that were ranked. */
  readonly count?: number;
  readonly isCountCapped?: boolean;
  readonly nodes?: readonly string[];
  /** The ids of the messages around it, oldest first. */
  readonly before?: readonly number[];
  readonly after?: readonly number[];
  readonly explain?: Explanation;
}

/** Why a hit has its score. */
export interface Explanation {
  readonly words: readonly {
    readonly word: string;
    /** In how many rows it is. */
    readonly documents: number;
    readonly weight: number;
    /** How often it is in the row; in neighbours and in the date, it counts for less. */
    readonly frequency: number;
  }[];
  /** What the score is the sum of. */
  readonly parts: Readonly<Record<string, number>>;
}

export interface SearchOutput {
  readonly hits: readonly Hit[];
  readonly hasMore: boolean;
  /** With the score, kind and key of any hit it is the position after that hit. */
  readonly basis: SearchBasis;
  readonly searched: {
    readonly kinds: readonly SearchKind[];
    readonly from: string | null;
    readonly to: string | null;
    readonly rows: number;
    /** By recency where the query has nothing to rank by. */
    readonly order: 'relevance' | 'recency';
  };
  /** The query with words that some row has. */
  readonly correctedTo?: string;
  /** Where rows wait to be indexed, more than a search reads from the table: the last id up to which all are searched. */
  readonly indexedUpTo?: Readonly<Partial<Record<IndexedKind, number>>>;
}
