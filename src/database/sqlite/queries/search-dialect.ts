import type { Query } from '../../query.js';
import type { IndexedKind, Match, SearchDialect } from '../../search/search.js';

const INDEX: Readonly<Record<IndexedKind, string>> = { event: 'search_events', message: 'search_messages' };

/** The text index in FTS5. */
export const SQLITE_SEARCH: SearchDialect = {
  unorderedRows: 8_000,

  around: (messages, reach) => ({
    text: messages.map(() => `${side('<', 'DESC')} UNION ALL ${side('>', 'ASC')}`).join(' UNION ALL '),
    values: messages.flatMap(({ id, sessionId, timestamp }) => {
      const values = [id, sessionId, timestamp, id, reach];
      return [...values, ...values];
    }),
  }),

  matching: (kind, match, { upTo, newest, oldest, where, among } = {}) => {
    const index = INDEX[kind];
    const below = upTo === undefined ? [] : [upTo];
    const most = [newest ?? oldest].filter((limit) => limit !== undefined);
    const order = newest === undefined ? 'ASC' : 'DESC';
    const found: Query = {
      text:
        `SELECT rowid AS id FROM ${index} WHERE ${index} MATCH ?` +
        (below.length > 0 ? ' AND rowid <= ?' : '') +
        (most.length > 0 ? ` ORDER BY rowid ${order} LIMIT ?` : ''),
      values: [textOf(match), ...below, ...most.map((limit) => (where ? (among ?? -1) : limit))],
    };
    if (!where) return found;
    // Rows come in the order of the inner statement: another order would take them all before it gives one.
    return {
      text: `SELECT id FROM (${found.text}) AS found WHERE ${where.text}${most.length > 0 ? ' LIMIT ?' : ''}`,
      values: [...found.values, ...where.values, ...most],
    };
  },

  count: (kind, match, limit) => ({
    text: `SELECT count(*) AS count FROM (SELECT 1 FROM ${INDEX[kind]} WHERE ${INDEX[kind]} MATCH ? LIMIT ?)`,
    values: [textOf(match), limit],
  }),

  held: (kind, ids) => ({
    text: `SELECT id FROM ${INDEX[kind]}_docsize WHERE id IN (SELECT value FROM json_each(?))`,
    values: [JSON.stringify(ids)],
  }),

  // The thread writes the JSON, so that the rows of a batch are one value of one statement.
  add: (kind, rows) => ({
    text: `INSERT INTO ${INDEX[kind]} (rowid, body, tags)
      SELECT value ->> 'id', value ->> 'body', value ->> 'tags' FROM json_each(?) ORDER BY value ->> 'id'`,
    values: [JSON.stringify(rows)],
  }),

  remove: (kind, ids) => ({
    text: `DELETE FROM ${INDEX[kind]} WHERE rowid IN (SELECT value FROM json_each(?))`,
    values: [JSON.stringify(ids)],
  }),

  addTerms: (kind, documents) => ({
    text: `INSERT INTO search_terms (kind, term, documents) SELECT ?, key, value FROM json_each(?) WHERE true
      ON CONFLICT (kind, term) DO UPDATE SET documents = documents + excluded.documents`,
    values: [kind, JSON.stringify(documents)],
  }),

  clear: (kind) => ({
    text: `INSERT INTO ${INDEX[kind]} (${INDEX[kind]}) VALUES ('delete-all')`,
    values: [],
  }),
};

function side(comparison: '<' | '>', order: 'ASC' | 'DESC'): string {
  return `SELECT * FROM (SELECT ? AS seed, id, session_id AS "sessionId", "timestamp" FROM conversations
    WHERE session_id = ? AND ("timestamp", id) ${comparison} (?, ?)
    ORDER BY "timestamp" ${order}, id ${order} LIMIT ?)`;
}

/** Every word is quoted, so that no text is an operator. */
function textOf(match: Match): string {
  if ('word' in match) return quoted(match.word);
  if ('prefix' in match) return `${quoted(match.prefix)}*`;
  if ('phrase' in match) return quoted(match.phrase.join(' '));
  if ('any' in match) return joined(match.any, 'OR');
  const all = joined(match.all, 'AND');
  return match.not ? `(${all} NOT ${textOf(match.not)})` : all;
}

/** A text without words finds nothing. */
const NOTHING = '""';

function joined(parts: readonly Match[], operator: string): string {
  if (parts.length === 0) return NOTHING;
  return `(${parts.map(textOf).join(` ${operator} `)})`;
}

/** SQLite ends a text at a NUL. */
function quoted(text: string): string {
  return `"${text.replaceAll('\0', ' ').replaceAll('"', '""')}"`;
}
