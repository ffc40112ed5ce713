import type { IndexedKind, Match } from '../../database/programs.js';
import { spanTags, tagOf } from '../../text/tags.js';
import type { EventRow, MessageRow } from './rows.js';
import type { SearchFilters, SearchInput, SearchKind } from './search.types.js';
import { SEARCH_KINDS } from './search.types.js';

/** The fields of a kind that a search can be limited by; all kinds have a time. */
const FIELDS: Readonly<Record<SearchKind, readonly (keyof SearchFilters)[]>> = {
  event: ['node', 'type', 'severity', 'since', 'until'],
  message: ['sessionId', 'since', 'until'],
  preference: ['since', 'until'],
};
/** How far back the index is asked where only an end is given and the words are in very many rows. */
const YEARS_BACK = 3;

/** The kinds that have all fields which are asked for. */
export function searchedKinds({ kinds = SEARCH_KINDS, filters }: SearchInput): readonly SearchKind[] {
  const asked = Object.entries(filters)
    .filter(([, value]) => value !== undefined)
    .map(([field]) => field as keyof SearchFilters);
  return SEARCH_KINDS.filter(
    (kind) => kinds.includes(kind) && asked.every((field) => FIELDS[kind].includes(field)),
  );
}

/** Whether a row is what is asked for. */
export function passes(filters: SearchFilters, row: EventRow | MessageRow | { timestamp: string }): boolean {
  const { node, type, severity, sessionId, since, until } = filters;
  if (since !== undefined && row.timestamp < since) return false;
  if (until !== undefined && row.timestamp >= until) return false;
  if ('sessionId' in row) return sessionId === undefined || row.sessionId === sessionId;
  if (!('severity' in row)) return true;
  return (
    (node === undefined || row.node === node) &&
    (type === undefined || row.type === type) &&
    (severity === undefined || row.severity === severity)
  );
}

/** What the index can tell of the filters; the rows that it finds are compared with them again. */
export interface IndexFilter {
  /** Conditions that every row which passes fulfils. */
  readonly always: readonly Match[];
  /** Conditions for searches of the newest rows, where without them rows after the end would take all places. */
  readonly newest: readonly Match[];
  /** What rows are not. */
  readonly not?: Match | undefined;
}

export function indexFilter(kind: IndexedKind, filters: SearchFilters, now: string): IndexFilter {
  const { node, type, severity, since, until } = filters;
  const tags = kind === 'event' ? { n: node, t: type, s: severity } : {};
  const always: Match[] = Object.entries(tags).flatMap(([letter, value]) =>
    value === undefined ? [] : [{ word: tagOf(letter, value) }],
  );
  if (since !== undefined)
    return { always: [...always, ...spanMatch(since, until ?? nextDay(now))], newest: [] };
  return { always, newest: until === undefined ? [] : spanMatch(yearsBefore(until), until) };
}

function spanMatch(since: string, until: string): Match[] {
  const words = spanTags(since, until);
  return words === undefined ? [] : [{ any: words.map((word) => ({ word })) }];
}

function yearsBefore(timestamp: string): string {
  const year = Math.max(0, Number(timestamp.slice(0, 4)) - YEARS_BACK);
  return `${String(year).padStart(4, '0')}${timestamp.slice(4)}`;
}

/** Clocks differ: an event may be of tomorrow. */
function nextDay(now: string): string {
  return new Date(Date.parse(now) + 86_400_000).toISOString();
}
