import { lexemesOf } from '../../../text/indexed-text.js';
import { stemOf } from '../../../text/stem.js';
import { tokensOf } from '../../../text/tokens.js';
import type { Query } from '../../query.js';
import type { IndexedKind, IndexedRow, Match, SearchDialect } from '../../search/search.js';

const INDEX: Readonly<Record<IndexedKind, string>> = { event: 'search_events', message: 'search_messages' };

/** The text index in a GIN index over the stems that we make ourselves. */
export const POSTGRES_SEARCH: SearchDialect = {
  // Its index has no rows of its own: each is looked for in the table, to see whether it is visible.
  unorderedRows: 4000,

  around: (messages, reach) => ({
    text: `SELECT given.id AS seed, part.* FROM json_to_recordset(CAST(? AS json)) AS given (id bigint, "sessionId" text, "timestamp" text)
      CROSS JOIN LATERAL (${side('<', 'DESC')} UNION ALL ${side('>', 'ASC')}) AS part`,
    values: [
      JSON.stringify(messages.map(({ id, sessionId, timestamp }) => ({ id, sessionId, timestamp }))),
      reach,
      reach,
    ],
  }),

  matching: (kind, match, { upTo, newest, oldest, where, among } = {}) => {
    const below = upTo === undefined ? [] : [upTo];
    const most = [newest ?? oldest].filter((limit) => limit !== undefined);
    const order = `ORDER BY id ${newest === undefined ? 'ASC' : 'DESC'} LIMIT ?`;
    const found: Query = {
      text:
        `SELECT id FROM ${INDEX[kind]} WHERE terms @@ CAST(? AS tsquery)` +
        (below.length > 0 ? ' AND id <= ?' : '') +
        (most.length > 0 ? ` ${order}` : ''),
      values: [textOf(match), ...below, ...most.map((limit) => (where ? (among ?? null) : limit))],
    };
    if (!where) return found;
    return {
      text: `SELECT id FROM (${found.text}) AS found WHERE ${where.text}${most.length > 0 ? ` ${order}` : ''}`,
      values: [...found.values, ...where.values, ...most],
    };
  },

  count: (kind, match, limit) => ({
    text: `SELECT count(*) AS count FROM (SELECT 1 FROM ${INDEX[kind]} WHERE terms @@ CAST(? AS tsquery) LIMIT ?) AS found`,
    values: [textOf(match), limit],
  }),

  held: (kind, ids) => ({
    text: `SELECT id FROM ${INDEX[kind]} WHERE id IN (SELECT CAST(value AS bigint) FROM json_array_elements_text(CAST(? AS json)) AS ids (value))`,
    values: [JSON.stringify(ids)],
  }),

  add: (kind, rows) => ({
    text: `INSERT INTO ${INDEX[kind]} (id, terms)
      SELECT id, CAST(terms AS tsvector) FROM json_to_recordset(CAST(? AS json)) AS rows (id bigint, terms text)`,
    values: [JSON.stringify(rows.map(({ id, ...text }) => ({ id, terms: vectorOf(text) })))],
  }),

  remove: (kind, ids) => ({
    text: `DELETE FROM ${INDEX[kind]} WHERE id IN (SELECT CAST(value AS bigint) FROM json_array_elements_text(CAST(? AS json)) AS ids (value))`,
    values: [JSON.stringify(ids)],
  }),

  addTerms: (kind, documents) => ({
    text: `INSERT INTO search_terms (kind, term, documents)
      SELECT ?, key, CAST(value AS bigint) FROM json_each_text(CAST(? AS json)) AS given ORDER BY key
      ON CONFLICT (kind, term) DO UPDATE SET documents = search_terms.documents + excluded.documents`,
    values: [kind, JSON.stringify(documents)],
  }),

  // A million rows would be deleted one by one, while every instance waits to write.
  clear: (kind) => ({ text: `TRUNCATE ${INDEX[kind]}`, values: [] }),
};

function side(comparison: '<' | '>', order: 'ASC' | 'DESC'): string {
  return `(SELECT id, session_id AS "sessionId", "timestamp" FROM conversations
    WHERE session_id = given."sessionId" AND ("timestamp", id) ${comparison} (given."timestamp", given.id)
    ORDER BY "timestamp" ${order}, id ${order} LIMIT ?)`;
}

/** A prefix is compared as a stem too, as FTS5 does. */
function textOf(match: Match): string {
  if ('word' in match) return phraseOf([match.word]);
  if ('prefix' in match) return `${phraseOf([match.prefix])}:*`;
  if ('phrase' in match) return phraseOf(match.phrase);
  if ('any' in match) return joined(match.any, '|');
  const all = joined(match.all, '&');
  return match.not ? `(${all} & !(${textOf(match.not)}))` : all;
}

function joined(parts: readonly Match[], operator: string): string {
  if (parts.length === 0) return NOTHING;
  return `(${parts.map((part) => `(${textOf(part)})`).join(` ${operator} `)})`;
}

/** What no row has: a text without words finds nothing, and PostgreSQL knows no empty lexeme. */
const NOTHING = "' '";

/** A text that holds several words is a phrase, as in FTS5. */
function phraseOf(texts: readonly string[]): string {
  const lexemes = texts.flatMap(tokensOf).map((token) => quoted(lexemeOf(stemOf(token))));
  return lexemes.length === 0 ? NOTHING : lexemes.join(' <-> ');
}

/** PostgreSQL takes 2046 bytes; a word without its diacritics may have more. */
const MAX_LEXEME_CHARACTERS = 500;

function lexemeOf(stem: string): string {
  return stem.length <= MAX_LEXEME_CHARACTERS ? stem : [...stem].slice(0, MAX_LEXEME_CHARACTERS).join('');
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
}

/** Of a row whose text has more words than positions, the last ones share one. */
const MAX_POSITION = 16_383;
/** PostgreSQL keeps as many positions of a word. */
const MAX_POSITIONS = 256;

function vectorOf(text: Omit<IndexedRow, 'id'>): string {
  return Array.from(lexemesOf(text), ([stem, positions]) => {
    const kept = positions.slice(0, MAX_POSITIONS).map((position) => Math.min(position, MAX_POSITION));
    return `${quoted(lexemeOf(stem))}:${kept.join(',')}`;
  }).join(' ');
}
