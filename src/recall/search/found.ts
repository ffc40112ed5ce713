import { foldEvents, type EventFold } from './fold-events.js';
import type { PreferenceRow } from './preferences.js';
import type { RankedRows } from './rank-rows.js';
import type { EventRow, MessageRow } from './rows.js';
import type { Ranked } from './scoring.js';
import { SEARCH_KINDS, type SearchKind, type SearchPosition } from './search.types.js';

interface FoundBase {
  readonly key: string | number;
  readonly score: number;
  /** Missing where the row was not ranked. */
  readonly ranked?: Pick<Ranked<unknown>, 'frequencies' | 'parts'>;
}

/** A row that was found. */
export type Found =
  | (FoundBase & { readonly kind: 'event'; readonly row: EventRow; readonly fold?: EventFold })
  | (FoundBase & { readonly kind: 'message'; readonly row: MessageRow })
  | (FoundBase & { readonly kind: 'preference'; readonly row: PreferenceRow });

/** The ranked rows of all kinds, the best first. @param isFolded whether events of one pattern are one. */
export function inOneOrder({ event, message, preference }: RankedRows, isFolded: boolean): Found[] {
  const folds = isFolded ? foldEvents(event) : undefined;
  const events = folds ? [...folds.keys()] : event;
  const found: Found[] = [
    ...events.map((ranked) => {
      const fold = folds?.get(ranked);
      return { kind: 'event' as const, key: ranked.row.id, ...partsOf(ranked), ...(fold && { fold }) };
    }),
    ...message.map((ranked) => ({ kind: 'message' as const, key: ranked.row.id, ...partsOf(ranked) })),
    ...preference.map((ranked) => ({ kind: 'preference' as const, key: ranked.row.key, ...partsOf(ranked) })),
  ];
  return found.sort(compareFound);
}

/** Rows that were found without a rank, newest first. */
export function unranked(
  rows: { readonly event: readonly EventRow[]; readonly message: readonly MessageRow[] },
  preferences: readonly PreferenceRow[],
  score: number,
): Found[] {
  return [
    ...rows.event.map((row) => ({ kind: 'event' as const, key: row.id, row, score })),
    ...rows.message.map((row) => ({ kind: 'message' as const, key: row.id, row, score })),
    ...preferences.map((row) => ({ kind: 'preference' as const, key: row.key, row, score })),
  ];
}

/** The best first, and of those with one score the newest of each kind. It is the order of the cursor as well. */
export function compareFound(
  one: Pick<SearchPosition, 'score' | 'kind' | 'key'>,
  other: Pick<SearchPosition, 'score' | 'kind' | 'key'>,
): number {
  if (one.score !== other.score) return other.score - one.score;
  if (one.kind !== other.kind) return placeOf(one.kind) - placeOf(other.kind);
  return one.key === other.key ? 0 : one.key > other.key ? -1 : 1;
}

function placeOf(kind: SearchKind): number {
  return SEARCH_KINDS.indexOf(kind);
}

function partsOf<Row>({ row, score, frequencies, parts }: Ranked<Row>): {
  row: Row;
  score: number;
  ranked: Pick<Ranked<Row>, 'frequencies' | 'parts'>;
} {
  return { row, score, ranked: { frequencies, parts } };
}
