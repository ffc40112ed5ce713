import type { DerivedEntry, Upkeep } from '../table-entry.js';
import type { SearchMarkEntity, SearchTermEntity, StaleRowEntity } from './search-tables.entity.js';

/** What helps where an index is not in order. */
export const REINDEX = '`jarvis-memory reindex` makes it again';

const countedWrongly = (kind: string, index: string): string =>
  `(SELECT count(*) FROM search_marks WHERE kind = '${kind}' AND rows <> (SELECT count(*) FROM ${index}_docsize))`;

export const SEARCH_MARKS = {
  role: 'derived',
  name: 'search_marks',
  columns: { kind: 'plain', mark: 'plain', rows: 'plain' },
  check: {
    count: `SELECT 2 - count(*) + ${countedWrongly('event', 'search_events')} +
      ${countedWrongly('message', 'search_messages')} FROM search_marks`,
    message: `search_marks: text indexes whose rows are not counted as they are (${REINDEX})`,
    isOfFile: true,
  },
} as const satisfies DerivedEntry<SearchMarkEntity>;

export const SEARCH_STALE = {
  role: 'derived',
  name: 'search_stale',
  columns: { kind: 'plain', id: 'plain', version: 'plain' },
  check: undefined,
} as const satisfies DerivedEntry<StaleRowEntity>;

export const SEARCH_TERMS = {
  role: 'derived',
  name: 'search_terms',
  columns: { kind: 'plain', term: 'plain', documents: 'plain' },
  check: undefined,
} as const satisfies DerivedEntry<SearchTermEntity>;

/** Ids are given out before the transactions commit: rows may come below a mark that was moved meanwhile. */
const noteBelowMark = (kind: string, table: string): Upkeep => ({
  of: table,
  afterInsert: (keys) => ({
    text: `INSERT INTO search_stale (kind, id, version)
      SELECT '${kind}', id, CAST(random() * 2147483647 AS bigint) FROM ${table}
      WHERE id IN (${keys.map(() => '?').join(', ')})
        AND id <= (SELECT mark FROM search_marks WHERE kind = '${kind}') ORDER BY id
      ON CONFLICT (kind, id) DO UPDATE SET version = excluded.version`,
    values: keys,
  }),
});

/** Rows up to the mark are in the index or stale, and the index has no others. */
const disagreement = (kind: string, table: string, index: string): string =>
  `SELECT count(*) FROM (SELECT id FROM ${table}
      WHERE id <= (SELECT mark FROM search_marks WHERE kind = '${kind}')
        AND id NOT IN (SELECT id FROM search_stale WHERE kind = '${kind}')) AS kept
    FULL JOIN (SELECT id FROM ${index}_docsize
      WHERE id NOT IN (SELECT id FROM search_stale WHERE kind = '${kind}')) AS held ON held.id = kept.id
    WHERE held.id IS NULL OR kept.id IS NULL`;

export const SEARCH_EVENTS = {
  role: 'derived',
  name: 'search_events',
  columns: { body: 'plain', tags: 'plain' },
  check: {
    count: disagreement('event', 'events', 'search_events'),
    message: `search_events: events that are missing in the text index, or only there (${REINDEX})`,
    isOfFile: true,
  },
  shadowPrefix: 'search_events_',
  upkeep: noteBelowMark('event', 'events'),
} as const satisfies DerivedEntry;

export const SEARCH_MESSAGES = {
  role: 'derived',
  name: 'search_messages',
  columns: { body: 'plain', tags: 'plain' },
  check: {
    count: disagreement('message', 'conversations', 'search_messages'),
    message: `search_messages: messages that are missing in the text index, or only there (${REINDEX})`,
    isOfFile: true,
  },
  shadowPrefix: 'search_messages_',
  upkeep: noteBelowMark('message', 'conversations'),
} as const satisfies DerivedEntry;
