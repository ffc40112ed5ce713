import { CONTENT_TABLES, type IndexedKind, type Match, type Query } from '../../database/programs.js';
import { spanTags, tagOf, tagsAfter } from '../../text/tags.js';
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

/** The condition on the columns of a row that it passes. */
export function conditionOf(kind: IndexedKind, filters: SearchFilters): Query {
  const { columns, timeColumn } = CONTENT_TABLES[kind];
  const conditions = [
    ...columns.map(({ field, column }) => [column, '=', filters[field as keyof SearchFilters]] as const),
    [timeColumn, '>=', filters.since] as const,
    [timeColumn, '<', filters.until] as const,
  ].filter(([, , value]) => value !== undefined);
  return {
    text: conditions.map(([column, comparison]) => `"${column}" ${comparison} ?`).join(' AND ') || '1 = 1',
    values: conditions.flatMap(([, , value]) => value ?? []),
  };
}

/** What is asked of the index. */
export interface IndexFilter {
  /** Conditions that every row which passes fulfils. */
  readonly always: readonly Match[];
  /** Conditions for searches of the newest rows, where without them rows after the end would take all places. */
  readonly newest: readonly Match[];
  /** What rows are not. */
  readonly not?: Match | undefined;
  /** What the terms do not tell exactly, as a condition on `found.id`: each row is looked up in its table. */
  readonly where?: Query;
}

export function indexFilter(kind: IndexedKind, filters: SearchFilters, now: string): IndexFilter {
  const { node, type, severity, since, until } = filters;
  const tags = kind === 'event' ? { n: node, t: type, s: severity } : {};
  const columns: Match[] = Object.entries(tags).flatMap(([letter, value]) =>
    value === undefined ? [] : [{ word: tagOf(letter, value) }],
  );
  const span = since === undefined ? [] : spanMatch(since, until, now);
  return {
    always: [...columns, ...span],
    newest: span.length > 0 || until === undefined ? [] : spanMatch(yearsBefore(until), until, now),
    ...lookUp(kind, filters),
  };
}

/** Other nodes may have the same term, and terms know no hours. */
function lookUp(kind: IndexedKind, { node, sessionId, since, until }: SearchFilters): { where?: Query } {
  const { text, values } = conditionOf(kind, { node, sessionId, since, until });
  if (values.length === 0) return {};
  const { name } = CONTENT_TABLES[kind];
  return {
    where: { text: `(SELECT true FROM "${name}" WHERE "${name}".id = found.id AND ${text})`, values },
  };
}

/** Without an end it is all that comes: the clock of whoever says when it happened may be wrong. */
function spanMatch(since: string, until: string | undefined, now: string): Match[] {
  const end = until ?? (since > now ? since : now);
  const words = spanTags(since, end);
  if (words === undefined) return [];
  const later = until === undefined ? tagsAfter(end).map((prefix) => ({ prefix })) : [];
  return [{ any: [...words.map((word) => ({ word })), ...later] }];
}

function yearsBefore(timestamp: string): string {
  const year = Math.max(0, Number(timestamp.slice(0, 4)) - YEARS_BACK);
  return `${String(year).padStart(4, '0')}${timestamp.slice(4)}`;
}
